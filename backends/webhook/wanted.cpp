#include "backends/webhook/wanted.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "backends/webhook/envelope.hpp"
#include "backends/webhook/request.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

using Type = Happening::Type;

bool is_said(Type type) { return type == Type::message_created || type == Type::message_updated; }

bool is_word_sign(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 128;
}

}  // namespace

// "ci: again" calls ci, "civil" does not.
bool calls(const chat::Content& content, const std::string& name) {
  const std::string hook = text::ascii_lower(name);
  const bool mentioned = std::any_of(content.spans.begin(), content.spans.end(), [&](const chat::Span& span) {
    return span.kind == chat::Span::Kind::mention && text::ascii_iequals(span.value, hook);
  });
  if (mentioned) return true;
  const std::string text = text::ascii_lower(content.text);
  for (std::size_t at = 0; (at = text.find(hook, at)) != std::string::npos; ++at) {
    const std::size_t end = at + hook.size();
    if ((at == 0 || !is_word_sign(text[at - 1])) && (end == text.size() || !is_word_sign(text[end]))) return true;
  }
  return false;
}

Result<Wanted> Wanted::read(const Outgoing& settings) {
  Wanted wanted;
  for (const std::string& name : settings.events) {
    const auto type = type_named(name);
    if (!type) return failure(Fault::malformed, "there is no event \"" + name + '"');
    wanted.types_.insert(*type);
  }
  if (settings.events.empty()) wanted.types_ = {Type::message_created, Type::message_updated, Type::message_deleted};
  wanted.prefix_ = settings.prefix;
  wanted.mention_only_ = settings.mention_only;
  wanted.ignore_bridged_ = settings.ignore_bridged;
  if (!settings.pattern.empty()) {
    const nlohmann::json rule = {{"match",
                                  {{"type", "regex"},
                                   {"value", settings.pattern},
                                   {"parameter", {{"source", "payload"}, {"name", "data.text"}}}}}};
    auto pattern = Filter::parse(rule.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    if (!pattern) return pattern.error();
    wanted.pattern_ = std::move(*pattern);
  }
  return wanted;
}

bool Wanted::wants(const Happening& happening, const std::string& hook) const {
  if (happening.type == Type::endpoint_ping) return true;
  if (!types_.contains(happening.type)) return false;
  if (!is_said(happening.type)) return true;
  if (ignore_bridged_ && (happening.hops > 1 || !happening.from.bridged_from.empty())) return false;
  if (!happening.content.text.starts_with(prefix_)) return false;
  const bool called = happening.addressed || happening.room.jid.empty() || calls(happening.content, hook);
  if (mention_only_ && !called) return false;
  return pattern_.empty() || pattern_.allows(Request{}, envelope_of(happening, {}));
}

}  // namespace dragoman::backends::webhook
