#include "backends/webhook/reply.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/read_postings.hpp"
#include "backends/webhook/request.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;

constexpr std::size_t longest_reaction = 32;  // bytes: an emoji with all that may join it

/// What is said is read as what comes to a hook is.
Result<std::vector<Posting>> postings_of(std::string type, std::string body) {
  Request request;
  request.headers["content-type"] = type;
  request.content_type = std::move(type);
  request.body = std::move(body);
  return read_postings(request, std::nullopt, Options{});
}

bool says_something(const json& value) {
  for (const char* key : {"text", "body", "content", "message", "html", "title", "attachments", "blocks", "embeds"}) {
    const json* member = find_member(value, key);
    if (member == nullptr || member->is_null()) continue;
    if (member->is_string() ? !text_at(value, key).empty() : !member->empty()) return true;
  }
  return false;
}

Result<void> add_replies(json value, std::vector<Reply>& replies) {
  Reply common;
  common.to = text_at(value, "to") == "sender" ? Reply::To::sender : Reply::To::conversation;
  common.replaces = flag_at(value, "replace");
  std::string reaction = text::without_controls(text_at(value, "react"), false);
  if (reaction.size() > longest_reaction) return failure(Fault::malformed, "\"react\" takes one emoji");
  const bool says = says_something(value);
  if (!says) {
    if (reaction.empty()) return {};
    common.says = false;
    common.reaction = std::move(reaction);
    replies.push_back(std::move(common));
    return {};
  }
  // A name that only an answer has, which formats need not know.
  for (const char* key : {"to", "replace", "react", "messages"}) value.erase(key);
  auto postings = postings_of("application/json", dump_json(value));
  if (!postings) return postings.error();
  for (Posting& posting : *postings) {
    Reply& reply = replies.emplace_back(common);
    reply.posting = std::move(posting);
    reply.reaction = std::exchange(reaction, {});
  }
  return {};
}

Result<std::vector<Reply>> read_json_replies(std::string body) {
  std::vector<Reply> replies;
  JsonLimits limits;
  limits.bytes = longest_reply;
  limits.depth = 64;
  const auto value = parse_json(std::move(body), limits);
  if (!value) return value.error();
  if (!value->is_object()) return replies;
  if (const auto added = add_replies(*value, replies); !added) return added.error();
  for (const json& each : array_at(*value, "messages")) {
    if (!each.is_object()) continue;
    if (const auto added = add_replies(each, replies); !added) return added.error();
  }
  if (replies.size() > most_replies) return failure(Fault::too_long, "more than 10 messages in one answer");
  return replies;
}

}  // namespace

Result<std::vector<Reply>> read_replies(std::string_view content_type, std::string body) {
  const std::string type = text::ascii_lower(text::trim(content_type.substr(0, content_type.find(';'))));
  if (body.size() > longest_reply) return failure(Fault::too_long, "the answer has more than 64 KiB");
  if (type == "application/json" || type.ends_with("+json")) return read_json_replies(std::move(body));
  std::vector<Reply> replies;
  // "ok" is what servers say when they have nothing to say.
  const std::string_view text = text::trim(body);
  if (type != "text/plain" || text.empty() || text::ascii_iequals(text, "ok")) return replies;
  auto postings = postings_of("text/plain", std::string{text});
  if (!postings) return postings.error();
  for (Posting& posting : *postings) replies.emplace_back().posting = std::move(posting);
  return replies;
}

}  // namespace dragoman::backends::webhook
