/// Who wrote a tweet.
struct User: Codable {
  var id: Int
  var idText: String
  var name: String
  var screenName: String
  var location: String
  var description: String
  var url: String?
  var isProtected: Bool
  var followersCount: Int
  var friendsCount: Int
  var listedCount: Int
  var createdAt: String
  var favouritesCount: Int
  var utcOffset: Int?
  var timeZone: String?
  var isGeoEnabled: Bool
  var isVerified: Bool
  var statusesCount: Int
  var language: String
  var backgroundColor: String
  var backgroundImageURL: String
  var isBackgroundTiled: Bool
  var imageURL: String
  var bannerURL: String?
  var linkColor: String
  var textColor: String
  var usesBackgroundImage: Bool
  var isDefaultProfile: Bool
  var isFollowing: Bool

  enum CodingKeys: String, CodingKey {
    case id
    case idText = "id_str"
    case name
    case screenName = "screen_name"
    case location, description, url
    case isProtected = "protected"
    case followersCount = "followers_count"
    case friendsCount = "friends_count"
    case listedCount = "listed_count"
    case createdAt = "created_at"
    case favouritesCount = "favourites_count"
    case utcOffset = "utc_offset"
    case timeZone = "time_zone"
    case isGeoEnabled = "geo_enabled"
    case isVerified = "verified"
    case statusesCount = "statuses_count"
    case language = "lang"
    case backgroundColor = "profile_background_color"
    case backgroundImageURL = "profile_background_image_url"
    case isBackgroundTiled = "profile_background_tile"
    case imageURL = "profile_image_url"
    case bannerURL = "profile_banner_url"
    case linkColor = "profile_link_color"
    case textColor = "profile_text_color"
    case usesBackgroundImage = "profile_use_background_image"
    case isDefaultProfile = "default_profile"
    case isFollowing = "following"
  }
}
