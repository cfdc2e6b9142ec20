#include "xmpp/about.hpp"

#include <cstdio>

#include "xmpp/stanza_error.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::xmpp {

Element make_version(const Element& iq, std::string_view name, std::string_view version, std::string_view os) {
  Element result = make_result(iq);
  Element& query = result.add("query", version_ns);
  query.add_text_child("name", name);
  query.add_text_child("version", version);
  if (!os.empty()) query.add_text_child("os", os);
  return result;
}

Element make_last(const Element& iq, std::chrono::seconds ago, std::string_view text) {
  Element result = make_result(iq);
  Element& query = result.add("query", last_ns);
  query.set("seconds", std::to_string(ago.count()));
  query.set_text(text);
  return result;
}

std::string to_offset(std::chrono::minutes offset) {
  const auto minutes = static_cast<int>(std::chrono::abs(offset).count());
  char text[16];
  std::snprintf(text, sizeof text, "%c%02d:%02d", offset < std::chrono::minutes{0} ? '-' : '+', minutes / 60 % 100,
                minutes % 60);
  return text;
}

Element make_time(const Element& iq, Timestamp now, std::chrono::minutes offset) {
  Element result = make_result(iq);
  Element& time = result.add("time", time_ns);
  time.add_text_child("tzo", to_offset(offset));  // XEP-0082 allows Z too, but old clients read only numbers
  time.add_text_child("utc", to_datetime(now));
  return result;
}

Element make_legacy_time(const Element& iq, Timestamp now, std::string_view zone, std::string_view display) {
  Element result = make_result(iq);
  Element& query = result.add("query", legacy_time_ns);
  query.add_text_child("utc", to_legacy_datetime(now));
  query.add_text_child("tz", zone);
  query.add_text_child("display", display.empty() ? to_datetime(now) : std::string{display});
  return result;
}

}  // namespace dragoman::xmpp
