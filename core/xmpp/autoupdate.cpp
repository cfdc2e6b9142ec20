#include "xmpp/autoupdate.hpp"

#include <algorithm>

#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the next run of digits or of other signs off the front; dots stand between them.
std::string_view next_part(std::string_view& text) {
  while (text.starts_with('.')) text.remove_prefix(1);
  if (text.empty()) return {};
  const bool digits = is_digit(text.front());
  std::size_t end = 0;
  while (end < text.size() && text[end] != '.' && is_digit(text[end]) == digits) ++end;
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end);
  return part;
}

int compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  const int order = a.compare(b);
  return (order > 0) - (order < 0);
}

}  // namespace

Element make_autoupdate(const Element& iq, const std::vector<Release>& releases) {
  Element result = make_result(iq);
  Element& query = result.add("query", autoupdate_ns);
  for (const Release& release : releases) {
    Element& made = query.add(release.kind);
    made.set("priority", release.mandatory ? "mandatory" : "optional");
    made.add_text_child("ver", release.version);
    made.add_text_child("desc", release.description);
    made.add_text_child("url", release.url);
  }
  return result;
}

void write_autoupdate(Writer& writer, std::string_view jid) {
  writer.open("x", "jabber:x:autoupdate");
  writer.text(jid);
  writer.close();
}

int compare_versions(std::string_view a, std::string_view b) {
  while (true) {
    const std::string_view left = next_part(a), right = next_part(b);
    if (left.empty() && right.empty()) return 0;
    const bool left_counts = left.empty() || is_digit(left.front());
    const bool right_counts = right.empty() || is_digit(right.front());
    // Words stand before the number that they lead to: 1.0-beta comes before 1.0.
    if (left_counts != right_counts) return left_counts ? 1 : -1;
    const int order = left_counts ? compare_numbers(left, right) : left.compare(right);
    if (order != 0) return order < 0 ? -1 : 1;
  }
}

}  // namespace dragoman::xmpp
