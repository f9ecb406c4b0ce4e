// An SMSC made with npm's smpp, driven by JSON lines on stdin, telling JSON lines on stdout.
// In:  {op: 'deliver', id, command, pdu}  {op: 'alert', pdu}  {op: 'statuses', statuses}  {op: 'silence', on}
//      {op: 'operations', query, statuses}  {op: 'congestion', state}  {op: 'outbind', host, port, system_id, password}
//      {op: 'unbind'}  {op: 'cut'}  {op: 'raw', hex}
// Out: {event: 'listening', port}  {event: 'bound', mode, system_id, interface_version}  {event: 'submit', …}
//      {event: 'asked', command, …}  {event: 'answered', id, status}  {event: 'unbound'}  {event: 'closed'}
//      {event: 'heard', command, status}  {event: 'called', error}
'use strict';
const fs = require('fs');
const readline = require('readline');
const smpp = require('smpp');

const tell = (what) => process.stdout.write(JSON.stringify(what) + '\n');
// {system_id, password, port, version, key, cert, ca}: the last three are PEM files, `version` a number or null
const wanted = JSON.parse(process.argv[2] || '{}');
let esme = null;
let messages = 0;
let statuses = [];
let silent = false;
let congestion = null;
let operations = { query: { message_state: 2 }, statuses: {} };

const bindings = { bind_transceiver: 'transceiver', bind_receiver: 'receiver', bind_transmitter: 'transmitter' };

// The words of a submit_sm or data_sm as this library reads them; octets of no alphabet it knows as Latin-1.
const words = (pdu) => {
  const short = Buffer.isBuffer(pdu.short_message) ? pdu.short_message : (pdu.short_message || {}).message;
  const payload = pdu.message_payload ? pdu.message_payload.message : '';
  const carried = short && short.length ? short : payload || '';
  return Buffer.isBuffer(carried) ? carried.toString('latin1') : carried;
};

const submitted = (pdu, message_id) => ({
  event: 'submit',
  command: pdu.command,
  source: pdu.source_addr,
  source_ton: pdu.source_addr_ton,
  source_npi: pdu.source_addr_npi,
  destination: pdu.destination_addr,
  destination_ton: pdu.dest_addr_ton,
  destination_npi: pdu.dest_addr_npi,
  text: words(pdu),
  esm_class: pdu.esm_class,
  data_coding: pdu.data_coding,
  registered_delivery: pdu.registered_delivery,
  service_type: pdu.service_type,
  priority: pdu.priority_flag || 0,
  validity_s: pdu.validity_period ? Math.round((new Date(pdu.validity_period) - Date.now()) / 1000) : null,
  udh: ((pdu.short_message || {}).udh || (pdu.message_payload || {}).udh || []).map((one) => one.toString('hex')),
  sar: pdu.sar_total_segments === undefined ? null
    : [pdu.sar_msg_ref_num, pdu.sar_total_segments, pdu.sar_segment_seqnum],
  is_payload: pdu.message_payload !== undefined,
  message_id,
});

const serve = (session) => {
  session.on('error', () => {}); // a cut connection: 'close' follows
  session.on('close', () => {
    if (esme === session) esme = null;
    tell({ event: 'closed' });
  });
  for (const [command, mode] of Object.entries(bindings)) {
    session.on(command, (pdu) => {
      const known = !wanted.password || (pdu.system_id === wanted.system_id && pdu.password === wanted.password);
      const version = wanted.version ? { sc_interface_version: wanted.version } : {};
      session.send(pdu.response(known ? { system_id: 'npm-smpp', ...version } : { command_status: smpp.ESME_RINVPASWD }));
      if (known) {
        esme = session;
        tell({ event: 'bound', mode, system_id: pdu.system_id, interface_version: pdu.interface_version });
      }
    });
  }
  for (const command of ['submit_sm', 'data_sm']) {
    session.on(command, (pdu) => {
      const status = statuses.length ? statuses.shift() : 0;
      const id = status ? '' : `npm-${++messages}`;
      const load = congestion === null ? {} : { congestion_state: congestion };
      tell(submitted(pdu, id));
      if (!silent) session.send(pdu.response(status ? { command_status: status } : { message_id: id, ...load }));
    });
  }
  for (const command of ['query_sm', 'cancel_sm', 'replace_sm']) {
    session.on(command, (pdu) => {
      const status = operations.statuses[command] || 0;
      tell({
        event: 'asked',
        command,
        message_id: pdu.message_id,
        source: pdu.source_addr,
        destination: pdu.destination_addr || '',
        text: pdu.short_message ? words(pdu) : '',
      });
      const answer = command === 'query_sm' ? { message_id: pdu.message_id, ...operations.query } : {};
      session.send(pdu.response(status ? { command_status: status } : answer));
    });
  }
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => {
    session.send(pdu.response());
    session.close();
    tell({ event: 'unbound' });
  });
  session.on('pdu', (pdu) => tell({ event: 'heard', command: pdu.command, status: pdu.command_status }));
};

const commands = {
  deliver: ({ id, command, pdu }) => {
    if (pdu.hex !== undefined) pdu.short_message = Buffer.from(pdu.hex, 'hex');
    delete pdu.hex;
    if (pdu.message_payload_hex !== undefined) pdu.message_payload = Buffer.from(pdu.message_payload_hex, 'hex');
    delete pdu.message_payload_hex;
    if (!esme) return tell({ event: 'answered', id, status: -1 });
    return esme[command || 'deliver_sm'](pdu, (answer) => tell({ event: 'answered', id, status: answer.command_status }));
  },
  alert: ({ pdu }) => esme.alert_notification(pdu),
  statuses: (command) => { statuses = command.statuses; },
  operations: ({ query, statuses: by_command }) => { operations = { query, statuses: by_command }; },
  congestion: ({ state }) => { congestion = state; },
  silence: (command) => { silent = command.on; },
  outbind: ({ host, port, system_id, password }) => {
    const session = smpp.connect({ host, port }, () => {
      serve(session);
      session.outbind({ system_id, password });
      tell({ event: 'called', error: '' });
    });
    session.on('error', (error) => tell({ event: 'called', error: error.code || String(error) }));
  },
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

const file = (path) => (path ? fs.readFileSync(path) : undefined);
const server = smpp.createServer(
  { key: file(wanted.key), cert: file(wanted.cert), ca: file(wanted.ca), requestCert: !!wanted.ca, rejectUnauthorized: !!wanted.ca },
  serve,
);
server.listen(Number(wanted.port || 0), '127.0.0.1', () => tell({ event: 'listening', port: server.address().port }));
