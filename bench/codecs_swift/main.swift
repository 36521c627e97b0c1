// The codecs beside Foundation, for bench/codecs.py.
//
// usage: codecs-bench molt|foundation

import MoltErrors

let molt: [String: [Case]] = [
  "json parse": [Case(ParseJSON.self)],
  "json validate": [Case(ValidateJSON.self)],
  "json write": [Case(WriteJSON.self)],
  "json decode": [
    Case(DecodeJSON<Twitter>.self, "twitter"), Case(DecodeJSON<Canada>.self, "canada"),
  ],
  "json encode": [
    Case(EncodeJSON<Twitter>.self, "twitter"), Case(EncodeJSON<Canada>.self, "canada"),
  ],
  "messagepack parse": [Case(ParseMessagePack.self)],
  "messagepack write": [Case(WriteMessagePack.self)],
  "cbor parse": [Case(ParseCBOR.self)],
  "cbor write": [Case(WriteCBOR.self)],
]

let foundation: [String: [Case]] = [
  "json parse": [Case(ParseJSONWithFoundation.self)],
  "json decode": [
    Case(DecodeJSONWithFoundation<Twitter>.self, "twitter"),
    Case(DecodeJSONWithFoundation<Canada>.self, "canada"),
  ],
  "json encode": [
    Case(EncodeJSONWithFoundation<Twitter>.self, "twitter"),
    Case(EncodeJSONWithFoundation<Canada>.self, "canada"),
  ],
]

switch CommandLine.arguments.dropFirst().first {
case "molt":
  var turns = Turns(molt)
  turns.serve("molt", moltVersion.description)
case "foundation":
  var turns = Turns(foundation)
  turns.serve("Foundation", swiftVersion)
default:
  print("usage: codecs-bench molt|foundation")
}
