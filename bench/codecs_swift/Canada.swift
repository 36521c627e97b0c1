/// `canada.json` as types.
struct Canada: Codable {
  var type: String
  var features: [Feature]
}

struct Feature: Codable {
  var type: String
  var properties: [String: String]
  var geometry: Geometry
}

struct Geometry: Codable {
  var type: String
  var coordinates: [[[Double]]]
}

/// Types with a sum over what was decoded, which two decoders must agree on.
protocol Summed: Codable {
  var sum: Int { get }
}

extension Twitter: Summed {
  var sum: Int {
    statuses.reduce(statuses.count) { $0 &+ $1.id &+ $1.text.utf8.count &+ $1.user.name.utf8.count }
  }
}

extension Canada: Summed {
  var sum: Int {
    features[0].geometry.coordinates.joined().reduce(0) { $0 &+ Int($1[0] * 1000) }
  }
}
