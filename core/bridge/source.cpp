#include "bridge/source.hpp"

#include <algorithm>
#include <charconv>

namespace dragoman::bridge {

namespace {

std::string line_of(std::string_view text) {
  std::string line{text};
  std::erase(line, '\n');
  return line + '\n';
}

/// One of these at most.
std::string_view last_line(const Source& source) {
  if (source.status) return "status";
  if (source.puppet) return "puppet";
  return source.for_another ? "for another" : "";
}

std::string next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string line{text.substr(0, end)};
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// No network has ids with a space in them.
constexpr std::string_view made_mark = "made here ";

}  // namespace

std::string made_name(Timestamp now, std::uint64_t number) {
  return std::string{made_mark} + std::to_string(now.time_since_epoch().count()) + ' ' + std::to_string(number);
}

bool is_made_name(std::string_view id) { return id.starts_with(made_mark); }

std::string write_source(const Source& source) {
  return line_of(source.name.place) + line_of(source.name.id) + line_of(source.author) + line_of(source.user) +
         line_of(std::to_string(source.said.time_since_epoch().count())) + line_of(source.about.place) +
         line_of(source.about.id) + std::string{last_line(source)};
}

Source read_source(std::string_view text) {
  Source source;
  source.name.place = next_line(text);
  source.name.id = next_line(text);
  source.author = next_line(text);
  source.user = next_line(text);
  const std::string said = next_line(text);
  std::int64_t milliseconds = 0;
  std::from_chars(said.data(), said.data() + said.size(), milliseconds);
  source.said = Timestamp{std::chrono::milliseconds{milliseconds}};
  source.about.place = next_line(text);
  source.about.id = next_line(text);
  source.status = text == "status";
  source.puppet = text == "puppet";
  source.for_another = text == "for another";
  return source;
}

bool is_named(std::string_view stanza_id, const MessageName& name) {
  if (!stanza_id.starts_with(name.place)) return false;
  stanza_id.remove_prefix(name.place.size());
  if (!stanza_id.starts_with('\n') || !stanza_id.substr(1).starts_with(name.id)) return false;
  stanza_id.remove_prefix(1 + name.id.size());
  return stanza_id.starts_with('\n');
}

}  // namespace dragoman::bridge
