// An ESME made with npm's smpp, driven by JSON lines on stdin, telling JSON lines on stdout.
// In:  {op: 'ask', id, command, pdu}  {op: 'cut'}
// Out: {event: 'listening', port}  {event: 'connected'}  {event: 'failed', error}  {event: 'closed'}
//      {event: 'answered', id, pdu}  {event: 'heard', pdu}
'use strict';
const fs = require('fs');
const readline = require('readline');
const smpp = require('smpp');

const tell = (what) => process.stdout.write(JSON.stringify(what) + '\n');
// {port} to connect to, or {outbind: true} to wait for an SMSC; {tls, ca, cert, key}: PEM files
const wanted = JSON.parse(process.argv[2] || '{}');
const file = (path) => (path ? fs.readFileSync(path) : undefined);
let smsc = null;

// A PDU as plain fields; the words as this library reads them, octets of no alphabet it knows as Latin-1.
const plain = (pdu) => {
  const fields = {};
  for (const [name, value] of Object.entries(pdu)) {
    if (name === 'short_message' || name === 'message_payload') {
      const { message, udh } = value.message === undefined ? { message: value } : value;
      fields[name] = Buffer.isBuffer(message) ? message.toString('latin1') : message;
      if (udh) fields.udh = udh.map((one) => one.toString('hex'));
    } else if (Buffer.isBuffer(value)) fields[name] = value.toString('hex');
    else if (typeof value !== 'function') fields[name] = value;
  }
  return fields;
};

const serve = (session) => {
  smsc = session;
  session.on('error', (error) => tell({ event: 'failed', error: error.code || String(error) }));
  session.on('close', () => tell({ event: 'closed' }));
  session.on('pdu', (pdu) => {
    if (pdu.isResponse()) return;
    tell({ event: 'heard', pdu: plain(pdu) });
    if (!['outbind', 'alert_notification'].includes(pdu.command)) session.send(pdu.response());
  });
};

const commands = {
  ask: ({ id, command, pdu }) => {
    for (const name of ['short_message', 'message_payload']) {
      const octets = pdu[`${name}_hex`];
      if (octets !== undefined) pdu[name] = Buffer.from(octets, 'hex');
      delete pdu[`${name}_hex`];
    }
    if (pdu.udh_hex !== undefined) pdu.short_message = { udh: Buffer.from(pdu.udh_hex, 'hex'), message: pdu.short_message };
    delete pdu.udh_hex;
    smsc[command](pdu, (answer) => tell({ event: 'answered', id, pdu: plain(answer) }));
  },
  cut: () => smsc.destroy(),
};

readline.createInterface({ input: process.stdin })
  .on('line', (line) => {
    const command = JSON.parse(line);
    commands[command.op](command);
  })
  .on('close', () => process.exit(0));

if (wanted.outbind) {
  const server = smpp.createServer(serve);
  server.listen(0, '127.0.0.1', () => tell({ event: 'listening', port: server.address().port }));
} else {
  const session = smpp.connect(
    { host: '127.0.0.1', port: wanted.port, tls: !!wanted.tls, ca: file(wanted.ca), cert: file(wanted.cert), key: file(wanted.key), servername: wanted.server_name },
    () => tell({ event: 'connected' }),
  );
  serve(session);
}
