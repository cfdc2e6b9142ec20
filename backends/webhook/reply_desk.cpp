#include "backends/webhook/reply_desk.hpp"

#include <utility>

#include "backends/webhook/digest.hpp"
#include "backends/webhook/sealed_text.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t most_counted = 10'000;

net::HttpResponse problem(int status, const std::string& title) {
  // RFC 9457
  net::HttpResponse response;
  response.status = status;
  response.fields.set("Content-Type", "application/problem+json");
  response.body = R"({"type":"about:blank","status":)" + std::to_string(status) + R"(,"title":")" + title + "\"}\n";
  return response;
}

net::HttpResponse taken() {
  net::HttpResponse response;
  response.status = 200;
  response.fields.set("Content-Type", "application/json");
  response.body = "{\"ok\":true}\n";
  return response;
}

/// What names the event, without what it said.
Happening named(const Happening& happening) {
  Happening name;
  name.type = happening.type;
  name.time = happening.time;
  name.id = happening.id;
  name.endpoint = happening.endpoint;
  name.room.jid = happening.room.jid;
  name.from.jid = happening.from.jid;
  name.from.nickname = happening.from.nickname;
  name.content.thread = happening.content.thread;
  name.stanza_id = happening.stanza_id;
  name.origin_id = happening.origin_id;
  return name;
}

}  // namespace

ReplyDesk::ReplyDesk(const Clock& clock, std::string public_url, std::string path, std::string_view key,
                     OnReply on_reply)
    : clock_(clock),
      url_(std::move(public_url)),
      path_(std::move(path)),
      key_(hmac(Hash::sha256, key, "webhook replies")),
      on_reply_(std::move(on_reply)) {}

std::string ReplyDesk::capability_of(const std::string& hook, const Happening& happening) const {
  return seal_text(key_, hook + ' ' + write_happening(named(happening)));
}

std::string ReplyDesk::make_url(const std::string& hook, const Happening& happening) {
  std::string capability = capability_of(hook, happening);
  const Timestamp now = clock_.utc();
  if (uses_.size() >= most_counted) std::erase_if(uses_, [now](const auto& each) { return each.second.until < now; });
  // From each attempt on anew: the other side has it only now.
  uses_[capability].until = now + std::chrono::duration_cast<std::chrono::milliseconds>(lifetime);
  return url_ + path_ + capability;
}

Result<ReplyDesk::Opened> ReplyDesk::open(std::string_view capability) {
  const auto text = unseal_text(key_, capability);
  if (!text) return failure(Fault::not_found, "there is nothing to answer to");
  const std::size_t space = text->find(' ');
  auto to = read_happening(text->substr(space + 1));
  if (space == std::string::npos || !to) return failure(Fault::not_found, "there is nothing to answer to");
  const Timestamp now = clock_.utc();
  const auto known = uses_.find(capability);
  // After a restart only the event's own time is known.
  const Timestamp until = known != uses_.end() ? known->second.until : to->time + lifetime_ms();
  if (now > until || (known != uses_.end() && known->second.count >= most_uses)) {
    return failure(Fault::closed, "the time for answers is over");
  }
  Opened opened;
  opened.hook = text->substr(0, space);
  opened.to = std::move(*to);
  return opened;
}

net::HttpResponse ReplyDesk::take(std::string_view capability, std::string_view content_type, std::string body) {
  const auto opened = open(capability);
  if (!opened) return opened.error().fault == Fault::closed ? problem(410, "Gone") : problem(404, "Not Found");
  const auto replies = read_replies(content_type, std::move(body));
  if (!replies) {
    const Fault fault = replies.error().fault;
    if (fault == Fault::too_long) return problem(413, "Content Too Large");
    return fault == Fault::unsupported ? problem(415, "Unsupported Media Type") : problem(400, "Bad Request");
  }
  if (replies->empty()) return problem(400, "Bad Request");
  if (!on_reply_(opened->hook, opened->to, *replies)) return problem(410, "Gone");
  Uses& uses = uses_[std::string{capability}];
  ++uses.count;
  if (uses.until == Timestamp{}) uses.until = opened->to.time + lifetime_ms();
  return taken();
}

net::HttpRoute ReplyDesk::route() {
  net::HttpRoute route;
  route.path = path_;
  route.methods = {"POST"};
  route.most_body = longest_reply;
  // Who has no address of ours is answered before any of the body is read.
  route.admit = [this](const net::HttpHead& head) -> std::optional<net::HttpResponse> {
    const auto opened = open(capability_in(head));
    if (opened) return std::nullopt;
    return opened.error().fault == Fault::closed ? problem(410, "Gone") : problem(404, "Not Found");
  };
  route.handle = [this](net::HttpExchange& exchange) { return handle(exchange); };
  return route;
}

std::string_view ReplyDesk::capability_in(const net::HttpHead& head) const {
  const std::string_view path = head.path;
  return path.starts_with(path_) ? path.substr(path_.size()) : std::string_view{};
}

net::Task<> ReplyDesk::handle(net::HttpExchange& exchange) {
  auto body = co_await exchange.read_all();
  if (!body) co_return;
  const std::string type{exchange.head().fields.get("Content-Type")};
  auto response = take(capability_in(exchange.head()), type, std::move(*body));
  co_await exchange.answer(std::move(response));
}

}  // namespace dragoman::backends::webhook
