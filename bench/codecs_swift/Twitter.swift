/// `twitter.json` as types: nearly all of its fields.
struct Twitter: Codable {
  var statuses: [Tweet]
  var searchMetadata: SearchMetadata

  enum CodingKeys: String, CodingKey {
    case statuses
    case searchMetadata = "search_metadata"
  }
}

struct SearchMetadata: Codable {
  var completedIn: Double
  var maxID: Int
  var maxIDText: String
  var nextResults: String
  var query: String
  var refreshURL: String
  var count: Int
  var sinceID: Int

  enum CodingKeys: String, CodingKey {
    case completedIn = "completed_in"
    case maxID = "max_id"
    case maxIDText = "max_id_str"
    case nextResults = "next_results"
    case query
    case refreshURL = "refresh_url"
    case count
    case sinceID = "since_id"
  }
}

/// A class, because a tweet may hold the one that it repeats.
final class Tweet: Codable {
  var metadata: TweetMetadata
  var createdAt: String
  var id: Int
  var idText: String
  var text: String
  var source: String
  var isTruncated: Bool
  var inReplyToStatusID: Int?
  var inReplyToUserID: Int?
  var inReplyToScreenName: String?
  var user: User
  var retweetedStatus: Tweet?
  var retweetCount: Int
  var favoriteCount: Int
  var entities: Entities
  var isFavorited: Bool
  var isRetweeted: Bool
  var isPossiblySensitive: Bool?
  var language: String

  enum CodingKeys: String, CodingKey {
    case metadata
    case createdAt = "created_at"
    case id
    case idText = "id_str"
    case text, source
    case isTruncated = "truncated"
    case inReplyToStatusID = "in_reply_to_status_id"
    case inReplyToUserID = "in_reply_to_user_id"
    case inReplyToScreenName = "in_reply_to_screen_name"
    case user
    case retweetedStatus = "retweeted_status"
    case retweetCount = "retweet_count"
    case favoriteCount = "favorite_count"
    case entities
    case isFavorited = "favorited"
    case isRetweeted = "retweeted"
    case isPossiblySensitive = "possibly_sensitive"
    case language = "lang"
  }
}

struct TweetMetadata: Codable {
  var resultType: String
  var languageCode: String

  enum CodingKeys: String, CodingKey {
    case resultType = "result_type"
    case languageCode = "iso_language_code"
  }
}

struct Entities: Codable {
  var hashtags: [Hashtag]
  var urls: [Link]
  var mentions: [Mention]
  var media: [Medium]?

  enum CodingKeys: String, CodingKey {
    case hashtags, urls
    case mentions = "user_mentions"
    case media
  }
}

struct Hashtag: Codable {
  var text: String
  var indices: [Int]
}

struct Link: Codable {
  var url: String
  var expandedURL: String
  var displayURL: String
  var indices: [Int]

  enum CodingKeys: String, CodingKey {
    case url
    case expandedURL = "expanded_url"
    case displayURL = "display_url"
    case indices
  }
}

struct Mention: Codable {
  var screenName: String
  var name: String
  var id: Int
  var idText: String
  var indices: [Int]

  enum CodingKeys: String, CodingKey {
    case screenName = "screen_name"
    case name, id
    case idText = "id_str"
    case indices
  }
}

struct Medium: Codable {
  var id: Int
  var idText: String
  var indices: [Int]
  var mediaURL: String
  var type: String
  var sizes: [String: Size]

  struct Size: Codable {
    var w: Int
    var h: Int
    var resize: String
  }

  enum CodingKeys: String, CodingKey {
    case id
    case idText = "id_str"
    case indices
    case mediaURL = "media_url"
    case type, sizes
  }
}
