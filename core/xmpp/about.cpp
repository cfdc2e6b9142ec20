#include "xmpp/about.hpp"

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

Element make_time(const Element& iq, Timestamp now) {
  Element result = make_result(iq);
  Element& time = result.add("time", time_ns);
  time.add_text_child("tzo", "+00:00");  // XEP-0082 allows Z too, but old clients read only numbers
  time.add_text_child("utc", to_datetime(now));
  return result;
}

Element make_legacy_time(const Element& iq, Timestamp now) {
  Element result = make_result(iq);
  Element& query = result.add("query", legacy_time_ns);
  query.add_text_child("utc", to_legacy_datetime(now));
  query.add_text_child("tz", "UTC");
  query.add_text_child("display", to_datetime(now));
  return result;
}

}  // namespace dragoman::xmpp
