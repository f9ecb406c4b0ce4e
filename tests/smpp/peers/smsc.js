// An SMSC made with npm's smpp, driven by JSON lines on stdin, telling JSON lines on stdout.
// In:  {op: 'deliver', id, pdu}  {op: 'statuses', statuses}  {op: 'silence', on}  {op: 'unbind'}  {op: 'cut'}  {op: 'raw', hex}
// Out: {event: 'listening', port}  {event: 'bound', mode, system_id}  {event: 'submit', …}  {event: 'answered', id, status}
//      {event: 'unbound'}  {event: 'closed'}  {event: 'heard', command, status}
'use strict';
const readline = require('readline');
const smpp = require('smpp');

const tell = (what) => process.stdout.write(JSON.stringify(what) + '\n');
const wanted = JSON.parse(process.argv[2] || '{}'); // {system_id, password}
let esme = null;
let messages = 0;
let statuses = [];
let silent = false;

const bindings = { bind_transceiver: 'transceiver', bind_receiver: 'receiver', bind_transmitter: 'transmitter' };

const server = smpp.createServer((session) => {
  session.on('error', () => {}); // a cut connection: 'close' follows
  session.on('close', () => {
    if (esme === session) esme = null;
    tell({ event: 'closed' });
  });
  for (const [command, mode] of Object.entries(bindings)) {
    session.on(command, (pdu) => {
      const known = !wanted.password || (pdu.system_id === wanted.system_id && pdu.password === wanted.password);
      session.send(pdu.response(known ? { system_id: 'npm-smpp' } : { command_status: smpp.ESME_RINVPASWD }));
      if (known) {
        esme = session;
        tell({ event: 'bound', mode, system_id: pdu.system_id });
      }
    });
  }
  session.on('submit_sm', (pdu) => {
    const message = pdu.short_message;
    const text = Buffer.isBuffer(message.message) ? message.message.toString('latin1') : message.message;
    const status = statuses.length ? statuses.shift() : 0;
    const id = status ? '' : `npm-${++messages}`;
    tell({
      event: 'submit',
      source: pdu.source_addr,
      destination: pdu.destination_addr,
      text,
      esm_class: pdu.esm_class,
      data_coding: pdu.data_coding,
      registered_delivery: pdu.registered_delivery,
      udh: (message.udh || []).map((element) => element.toString('hex')),
      message_id: id,
    });
    if (!silent) session.send(pdu.response(status ? { command_status: status } : { message_id: id }));
  });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
    tell({ event: 'unbound' });
  });
  session.on('pdu', (pdu) => tell({ event: 'heard', command: pdu.command, status: pdu.command_status }));
});

const commands = {
  deliver: ({ id, pdu }) => {
    if (pdu.hex !== undefined) pdu.short_message = Buffer.from(pdu.hex, 'hex');
    delete pdu.hex;
    if (pdu.message_payload_hex !== undefined) pdu.message_payload = Buffer.from(pdu.message_payload_hex, 'hex');
    delete pdu.message_payload_hex;
    if (!esme) return tell({ event: 'answered', id, status: -1 });
    return esme.deliver_sm(pdu, (answer) => tell({ event: 'answered', id, status: answer.command_status }));
  },
  statuses: (command) => { statuses = command.statuses; },
  silence: (command) => { silent = command.on; },
  unbind: () => esme.unbind(() => tell({ event: 'unbound' })),
  cut: () => esme.destroy(),
  raw: ({ hex }) => esme.socket.write(Buffer.from(hex, 'hex')),
};

readline.createInterface({ input: process.stdin })
  .on('line', (line) => {
    const command = JSON.parse(line);
    commands[command.op](command);
  })
  .on('close', () => process.exit(0));

server.listen(Number(wanted.port || 0), '127.0.0.1', () => tell({ event: 'listening', port: server.address().port }));
