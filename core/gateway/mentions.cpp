#include "gateway/mentions.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "xmpp/reference.hpp"

namespace dragoman::gateway {

namespace {

constexpr std::size_t most_mentions = 32;

std::string name_in(const xmpp::Jid& jid) {
  return jid.resource().empty() ? xmpp::unescape_local(jid.local()) : std::string{jid.resource()};
}

}  // namespace

void read_mentions(const xmpp::Element& message, std::string_view body, chat::Content& content) {
  std::size_t from = 0;
  for (const xmpp::Mention& mention : xmpp::read_mentions(message, body)) {
    // Signs and quotations were taken out since: the words are looked for, in their order.
    const std::string_view words = body.substr(mention.range.begin, mention.range.end - mention.range.begin);
    const std::size_t at = content.text.find(words, from);
    if (at == std::string::npos || content.spans.size() >= most_mentions) continue;
    content.spans.push_back({chat::Span::Kind::mention, at, at + words.size(), name_in(mention.jid)});
    from = at + words.size();
  }
}

void write_mentions(xmpp::Writer& writer, const chat::Content& content, std::string_view body, std::string_view room) {
  std::size_t from = 0;
  for (const chat::Span& span : content.spans) {
    if (span.kind != chat::Span::Kind::mention || span.end > content.text.size()) continue;
    const std::string_view words = std::string_view{content.text}.substr(span.begin, span.end - span.begin);
    const std::size_t at = body.find(words, from);
    auto jid = xmpp::Jid::parse(std::string{room} + '/' + span.value);
    if (at == std::string_view::npos || !jid) continue;
    from = at + words.size();
    xmpp::write_mention(writer, body, {{at, from}, std::move(*jid)});
  }
}

}  // namespace dragoman::gateway
