"""What operations do: run a host, look into it, mend what is wrong.

`host.run` is `tonegate up`; `commands` are the commands that look and mend; `check` is what they and `ready` ask.
"""
