#include "irc_stamp.hpp"

#include <cstdio>
#include <ctime>

#include "../common/text.hpp"

namespace bench {

void Stamp::append_tags(std::string& out, CapabilitySet granted, std::string_view label) const {
  char separator = '@';
  const auto append_key = [&](std::string_view key) {
    out += separator;
    out += key;
    separator = ';';
  };
  if ((granted & server_time) != 0) {
    append_key("time=");
    out += time.data();
  }
  if ((granted & message_tags) != 0) {
    append_key("msgid=");
    append_number(out, msgid);
  }
  if ((granted & labeled_response) != 0 && !label.empty()) {
    append_key("label=");
    out += label;
  }
  if (separator == ';') out += ' ';
}

Stamp Stamper::next() {
  ++last_.msgid;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t ms = now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
  if (ms != last_ms_) {
    last_ms_ = ms;
    tm date{};
    gmtime_r(&now.tv_sec, &date);
    const std::size_t end = std::strftime(last_.time.data(), last_.time.size(), "%Y-%m-%dT%H:%M:%S", &date);
    std::snprintf(last_.time.data() + end, last_.time.size() - end, ".%03dZ", static_cast<int>(ms % 1000));
  }
  return last_;
}

}  // namespace bench
