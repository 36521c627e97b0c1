// libsimdjson: the document, On-Demand, and minify.

#include <simdjson.h>

#include <memory>
#include <string>

#include "turns.hpp"

using namespace simdjson;
using turns::Work;

namespace {

/// A padded copy of the input, and parsers that are used again.
struct State {
  explicit State(const std::string &bytes) : input(bytes) {}
  padded_string input;
  dom::parser documents;
  ondemand::parser on_demand;
  std::string output;
};

uint64_t count(dom::element value) {
  uint64_t total = 1;
  if (value.is_array()) {
    const dom::array elements = value;
    for (const auto element : elements) total += count(element);
  } else if (value.is_object()) {
    const dom::object fields = value;
    for (const auto field : fields) total += count(field.value);
  }
  return total;
}

Work parse(const std::string &bytes, const std::string &) {
  auto state = std::make_shared<State>(bytes);
  return {
      [state] { turns::keep(dom::element(state->documents.parse(state->input))); },
      [state] { return std::to_string(count(state->documents.parse(state->input))); },
  };
}

Work without_spaces(const std::string &bytes, const std::string &) {
  auto state = std::make_shared<State>(bytes);
  state->output.resize(bytes.size() + SIMDJSON_PADDING);
  auto run = [state] {
    size_t written = 0;
    const auto error = simdjson::minify(state->input.data(), state->input.size(),
                                        state->output.data(), written);
    if (error) throw simdjson_error(error);
    return written;
  };
  return {[run] { turns::keep(run()); }, [run, state] { return state->output.substr(0, run()); }};
}

Work write(const std::string &bytes, const std::string &) {
  auto state = std::make_shared<State>(bytes);
  const dom::element root = state->documents.parse(state->input);
  return {
      [root] { turns::keep(simdjson::minify(root).size()); },
      // The document stays valid as long as its parser.
      [root, state] { return simdjson::minify(root); },
  };
}

/// A case of On-Demand: `body` reads a part of the document and answers a sum over it.
template <class Body>
turns::Maker reading(const std::string &of, Body body) {
  return [of, body](const std::string &bytes, const std::string &file) -> Work {
    if (file != of) return {};
    auto state = std::make_shared<State>(bytes);
    auto run = [state, body]() -> uint64_t {
      auto document = state->on_demand.iterate(state->input);
      return body(document.value());
    };
    return {[run] { turns::keep(run()); }, [run] { return std::to_string(run()); }};
  };
}

uint64_t partial_tweets(ondemand::document &document) {
  uint64_t sum = 0;
  ondemand::array statuses = document.find_field("statuses");
  for (ondemand::object tweet : statuses) {
    sum += std::string_view(tweet.find_field("created_at")).size();
    sum += uint64_t(tweet.find_field("id"));
    sum += std::string_view(tweet.find_field("text")).size();
    ondemand::object user = tweet.find_field("user");
    sum += uint64_t(user.find_field("id"));
    sum += std::string_view(user.find_field("screen_name")).size();
    sum += uint64_t(tweet.find_field("retweet_count"));
    sum += uint64_t(tweet.find_field("favorite_count"));
  }
  return sum;
}

uint64_t find_tweet(ondemand::document &document) {
  ondemand::array statuses = document.find_field("statuses");
  for (ondemand::object tweet : statuses) {
    if (uint64_t(tweet.find_field("id")) == 505874879103520768) {
      return std::string_view(tweet.find_field("text")).size();
    }
  }
  return 0;
}

uint64_t performances(ondemand::document &document) {
  uint64_t sum = 0;
  ondemand::array all = document.find_field("performances");
  for (ondemand::object performance : all) {
    sum += uint64_t(performance.find_field_unordered("eventId"));
    sum += uint64_t(performance.find_field_unordered("id"));
  }
  return sum;
}

uint64_t coordinates(ondemand::document &document) {
  double x = 0, y = 0;
  ondemand::array features = document.find_field("features");
  for (ondemand::object feature : features) {
    ondemand::array rings = feature.find_field("geometry").find_field("coordinates");
    for (ondemand::array ring : rings) {
      for (ondemand::array point : ring) {
        auto number = point.begin();
        x += double(*number);
        ++number;
        y += double(*number);
        ++number;
      }
    }
  }
  return uint64_t(int64_t(x * 1000)) + uint64_t(int64_t(y * 1000));
}

uint64_t authors(ondemand::document &document) {
  uint64_t sum = 0;
  ondemand::object projects = document.get_object();
  for (auto field : projects) {
    ondemand::object project = field.value();
    sum += std::string_view(project.find_field_unordered("name")).size();
    sum += std::string_view(project["author"]["name"]).size();
  }
  return sum;
}

uint64_t event_types(ondemand::document &document) {
  uint64_t sum = 0;
  ondemand::array events = document.get_array();
  for (ondemand::object event : events) {
    sum += std::string_view(event.find_field_unordered("type")).size();
    sum += std::string_view(event["repo"]["name"]).size();
    sum += std::string_view(event["actor"]["login"]).size();
  }
  return sum;
}

uint64_t doubles(ondemand::document &document) {
  double sum = 0;
  ondemand::array numbers = document.get_array();
  for (auto number : numbers) sum += double(number);
  return uint64_t(int64_t(sum * 1000));
}

uint64_t pointer(ondemand::document &document) {
  return std::string_view(document.at_pointer("/statuses/50/user/screen_name")).size();
}

}  // namespace

#define TEXT(x) #x
// In quotes in newer versions of the library, not so in older ones.
#define VERSION(x) TEXT(x)

int main() {
  return turns::serve("libsimdjson\t" VERSION(SIMDJSON_VERSION),
                      {
                          {"json parse", parse},
                          {"json minify", without_spaces},
                          {"json write", write},
                          {"json partial tweets", reading("twitter", partial_tweets)},
                          {"json find tweet", reading("twitter", find_tweet)},
                          {"json pointer", reading("twitter", pointer)},
                          {"json performances", reading("citm_catalog", performances)},
                          {"json coordinates", reading("canada", coordinates)},
                          {"json authors", reading("gsoc-2018", authors)},
                          {"json event types", reading("github_events", event_types)},
                          {"json doubles", reading("numbers", doubles)},
                      });
}
