#include "xmpp/oob.hpp"

#include "base/text.hpp"

namespace dragoman::xmpp {

namespace {

bool can_be_fetched(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos || colon + 3 >= url.size()) return false;
  const std::string_view scheme = url.substr(0, colon);
  if (!text::ascii_iequals(scheme, "http") && !text::ascii_iequals(scheme, "https")) return false;
  // A URL is one word; a space would begin the text behind it.
  return url.find_first_of(" \t\r\n<>\"") == std::string_view::npos && url[colon + 3] != '/';
}

std::string one_line(std::string_view text) {
  std::string line;
  bool space = false;
  for (const char c : text::trim(text)) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (blank && !space) line += ' ';
    if (!blank) line += c;
    space = blank;
  }
  return text::without_controls(line, false);
}

}  // namespace

std::vector<OutOfBand> read_oob(const Element& stanza) {
  std::vector<OutOfBand> all;
  for (const Element& child : stanza.children) {
    if (!child.is("x", oob_ns)) continue;
    OutOfBand each{std::string{text::trim(child.child_text("url", oob_ns))},
                   one_line(child.child_text("desc", oob_ns))};
    if (!each.url.empty()) all.push_back(std::move(each));
  }
  return all;
}

void write_oob(Writer& writer, std::string_view url, std::string_view description) {
  writer.open("x", oob_ns);
  writer.leaf("url", url);
  if (!description.empty()) writer.leaf("desc", description);
  writer.close();
}

Result<OutOfBand> read_oob_query(const Element& query) {
  const std::string url{text::trim(query.child_text("url", oob_iq_ns))};
  if (url.empty()) return failure(Fault::malformed, "Say what is to be fetched, in <url/>.");
  if (!can_be_fetched(url)) {
    return failure(Fault::unacceptable, "Only addresses that begin with http:// or https:// can be passed on.");
  }
  return OutOfBand{url, one_line(query.child_text("desc", oob_iq_ns))};
}

}  // namespace dragoman::xmpp
