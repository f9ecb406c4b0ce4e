"""The listener, but a response that doesn't come is given up after one second: for the suite's patience."""

from channels.smpp import bind

bind.RESPONSE_S = 1.0

if __name__ == "__main__":
    from tonegate import main

    main()
