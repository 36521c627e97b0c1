import MoltBytes
import MoltJSON

/// Reads a part of a document that is not parsed; shows a sum over what was read.
protocol Reading {
  /// Reads; texts are put, without their escapes, into `texts`.
  static func sum(_ document: JSONCursor, _ texts: inout ByteWriter) throws(JSONError) -> UInt64
}

/// A reading as work.
struct OnDemand<Part: Reading>: Work, ~Copyable {
  private var texts = ByteWriter()

  init(_ bytes: [UInt8]) {}

  mutating func call(_ bytes: Span<UInt8>) throws { keep(try sum(bytes)) }
  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] { digits(try sum(bytes)) }

  private mutating func sum(_ bytes: Span<UInt8>) throws -> UInt64 {
    texts.removeAll()
    let document = try JSONLazyDocument(bytes)
    return try Part.sum(document.root, &texts) &+ UInt64(texts.count)
  }
}

enum PartialTweets: Reading {
  static func sum(_ document: JSONCursor, _ texts: inout ByteWriter) throws(JSONError) -> UInt64 {
    var sum: UInt64 = 0
    var statuses = try document.value("statuses").elements()
    while let tweet = try statuses.next() {
      var fields = try tweet.members()
      try fields.value("created_at").appendText(to: &texts)
      sum &+= try fields.value("id").uint64()
      try fields.value("text").appendText(to: &texts)
      var user = try fields.value("user").members()
      sum &+= try user.value("id").uint64()
      try user.value("screen_name").appendText(to: &texts)
      sum &+= try fields.value("retweet_count").uint64()
      sum &+= try fields.value("favorite_count").uint64()
    }
    return sum
  }
}

enum FindTweet: Reading {
  static func sum(_ document: JSONCursor, _ texts: inout ByteWriter) throws(JSONError) -> UInt64 {
    var statuses = try document.value("statuses").elements()
    while let tweet = try statuses.next() {
      var fields = try tweet.members()
      if try fields.value("id").uint64() == 505_874_879_103_520_768 {
        try fields.value("text").appendText(to: &texts)
        return 0
      }
    }
    return 0
  }
}

enum Pointer: Reading {
  static func sum(_ document: JSONCursor, _ texts: inout ByteWriter) throws(JSONError) -> UInt64 {
    try document.value(at: "/statuses/50/user/screen_name").appendText(to: &texts)
    return 0
  }
}

enum Performances: Reading {
  static func sum(_ document: JSONCursor, _ texts: inout ByteWriter) throws(JSONError) -> UInt64 {
    var sum: UInt64 = 0
    var performances = try document.value("performances").elements()
    while let performance = try performances.next() {
      var fields = try performance.members()
      sum &+= try fields.value("eventId").uint64()
      sum &+= try fields.value("id").uint64()
    }
    return sum
  }
}

enum Coordinates: Reading {
  static func sum(_ document: JSONCursor, _ texts: inout ByteWriter) throws(JSONError) -> UInt64 {
    var x = 0.0
    var y = 0.0
    var features = try document.value("features").elements()
    while let feature = try features.next() {
      var rings = try feature.value("geometry").value("coordinates").elements()
      while let ring = try rings.next() {
        var points = try ring.elements()
        while let point = try points.next() {
          var numbers = try point.elements()
          x += try numbers.nextDouble() ?? .nan
          y += try numbers.nextDouble() ?? .nan
        }
      }
    }
    return UInt64(bitPattern: Int64(x * 1000) &+ Int64(y * 1000))
  }
}

enum Authors: Reading {
  static func sum(_ document: JSONCursor, _ texts: inout ByteWriter) throws(JSONError) -> UInt64 {
    var projects = try document.members()
    while let project = try projects.next() {
      var fields = try project.value.members()
      try fields.value("name").appendText(to: &texts)
      try fields.value("author").value("name").appendText(to: &texts)
    }
    return 0
  }
}

enum EventTypes: Reading {
  static func sum(_ document: JSONCursor, _ texts: inout ByteWriter) throws(JSONError) -> UInt64 {
    var events = try document.elements()
    while let event = try events.next() {
      var fields = try event.members()
      try fields.value("type").appendText(to: &texts)
      try fields.value("repo").value("name").appendText(to: &texts)
      try fields.value("actor").value("login").appendText(to: &texts)
    }
    return 0
  }
}

enum Doubles: Reading {
  static func sum(_ document: JSONCursor, _ texts: inout ByteWriter) throws(JSONError) -> UInt64 {
    var sum = 0.0
    var numbers = try document.elements()
    while let number = try numbers.nextDouble() { sum += number }
    return UInt64(bitPattern: Int64(sum * 1000))
  }
}
