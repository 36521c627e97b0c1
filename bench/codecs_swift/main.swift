// The codecs beside Foundation, for bench/codecs.py.
//
// usage: codecs-bench molt|foundation

import MoltErrors

let molt: [String: [Case]] = [
  "json parse": [Case(ParseJSON.self)],
  "json validate": [Case(ValidateJSON.self)],
  "json minify": [Case(MinifyJSON.self)],
  "json partial tweets": [Case(OnDemand<PartialTweets>.self, "twitter")],
  "json find tweet": [Case(OnDemand<FindTweet>.self, "twitter")],
  "json pointer": [Case(OnDemand<Pointer>.self, "twitter")],
  "json performances": [Case(OnDemand<Performances>.self, "citm_catalog")],
  "json coordinates": [Case(OnDemand<Coordinates>.self, "canada")],
  "json authors": [Case(OnDemand<Authors>.self, "gsoc-2018")],
  "json event types": [Case(OnDemand<EventTypes>.self, "github_events")],
  "json doubles": [Case(OnDemand<Doubles>.self, "numbers")],
  "json write": [Case(WriteJSON.self)],
  "json decode": [
    Case(DecodeJSON<Twitter>.self, "twitter"), Case(DecodeJSON<Canada>.self, "canada"),
  ],
  "json encode": [
    Case(EncodeJSON<Twitter>.self, "twitter"), Case(EncodeJSON<Canada>.self, "canada"),
  ],
  "messagepack parse": [Case(ParseMessagePack.self)],
  "messagepack unchecked parse": [Case(ParseUncheckedMessagePack.self)],
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
