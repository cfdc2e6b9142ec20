#include "backends/webhook/ingress.hpp"

#include <utility>

#include "backends/webhook/event_list.hpp"
#include "backends/webhook/file_desk.hpp"
#include "backends/webhook/filter.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/message_id.hpp"
#include "backends/webhook/proof.hpp"
#include "backends/webhook/read_postings.hpp"
#include "backends/webhook/request_read.hpp"
#include "backends/webhook/signature.hpp"
#include "backends/webhook/template.hpp"
#include "backends/webhook/token.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "net/http_response_head.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::uint64_t greatest_body = 100 * 1024 * 1024;  // that the configuration may allow

const Refusal unknown_hook{404, "There is no such hook."};
const Refusal deleted_hook{410, "This hook was deleted."};
const Refusal not_proved{401, "This request does not prove that it may come here."};
const Refusal own_loop{508, "This came from here."};
const Refusal not_allowed{403, "This hook does not take this request."};

Caller caller_of(const net::HttpHead& head, const std::optional<IngressPath>& path) {
  Caller caller;
  if (path) {
    caller.dialect = path->dialect;
    caller.format = path->forced;
  }
  caller.waits = query_flag(head.query, "wait");
  caller.is_alertmanager = head.fields.get("User-Agent").starts_with("Alertmanager");
  return caller;
}

/// What a request has come through, as contents have it: bridges let nothing go round.
std::string way_of(std::string_view header) {
  std::string way;
  for (const std::string_view part : text::split(header, ',')) {
    const std::string name = text::without_controls(text::to_valid_utf8(text::trim(part)), false);
    if (name.empty() || name.find(' ') != std::string::npos || way.size() + name.size() > 500) continue;
    way += (way.empty() ? "" : " ") + name;
  }
  return way;
}

/// One more delivery whose files are on their way, until the end of its task or end().
class Flight {
 public:
  Flight(std::set<std::string>& all, std::string name) : all_(all), name_(std::move(name)) { all_.insert(name_); }
  ~Flight() { end(); }
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;
  void end() const { all_.erase(name_); }

 private:
  std::set<std::string>& all_;
  std::string name_;
};

/// Senders understand the answers of the product whose format they speak.
Dialect dialect_of(Dialect by_path, Format format) {
  if (by_path != Dialect::plain) return by_path;
  if (format == Format::slack) return Dialect::slack;
  if (format == Format::mattermost) return Dialect::mattermost;
  return format == Format::discord ? Dialect::discord : Dialect::plain;
}

/// How a hook's owner wants its requests read. Checked when it was set: what is wrong all the same reads everything.
struct HookReading {
  explicit HookReading(const Hook& hook) {
    if (auto parsed = Filter::parse(hook.filter); !hook.filter.empty() && parsed) filter = std::move(*parsed);
    if (auto parsed = EventList::parse(hook.events); parsed) events = std::move(*parsed);
    if (auto compiled = Template::compile(hook.text_template); !hook.text_template.empty() && compiled) {
      pattern = std::move(*compiled);
    }
    if (!hook.filter.empty()) options.filter = &filter;
    if (pattern) options.pattern = &*pattern;
    if (!hook.events.empty()) options.events = &events;
    options.resolved = hook.resolved == Hook::Resolved::edit    ? Posting::After::edit
                       : hook.resolved == Hook::Resolved::fresh ? Posting::After::fresh
                                                                : Posting::After::reply;
  }
  HookReading(const HookReading&) = delete;
  HookReading& operator=(const HookReading&) = delete;

  Filter filter;
  EventList events;
  std::optional<Template> pattern;
  Options options;
};

}  // namespace

Ingress::Ingress(Hub& hub, FileDesk& files) : hub_(hub), files_(files) { take_settings(); }

void Ingress::take_settings() {
  const int most = hub_.config().bad_tokens_per_minute;
  if (std::exchange(bad_tokens_per_minute_, most) == most) return;
  bad_tokens_.emplace(hub_.clock(), most, Duration{std::chrono::minutes{1}} / most);
}

void Ingress::start() {
  if (!hub_.has_listener()) {
    const std::string& network = hub_.jid();
    LOG_ERROR("hooks cannot be reached: there is no [http] in the configuration; add it with listen and public_url",
              network);
    return;
  }
  add_route(hub_.config().path, false);
  for (const std::string_view alias : alias_paths) add_route(std::string{alias}, true);
}

void Ingress::add_route(const std::string& path, bool is_alias) {
  net::HttpRoute route{path, {"POST", "PUT", "GET"}, [this](net::HttpExchange& exchange) { return handle(exchange); }};
  route.most_body = greatest_body;  // the hook's own limit, which may change, is handle()'s
  route.admit = [this](const net::HttpHead& head) { return admit(head); };
  const auto added = hub_.services().route(std::move(route));
  if (added) return;
  const std::string& network = hub_.jid();
  if (is_alias) {
    LOG_WARN("another network of hooks has this path: senders of that kind use its addresses", network, path);
  } else {
    LOG_ERROR("hooks cannot be reached: something else is at their path; set another one with path", network, path);
  }
}

std::optional<net::HttpResponse> Ingress::admit(const net::HttpHead& head) {
  // Whoever only looks (previews of links do) triggers nothing, and learns nothing about the token.
  if (head.method == "GET" || head.method == "HEAD") {
    if (head.fields.get("Accept").find("text/html") != std::string_view::npos) return answer_to_browser();
    auto answer = answer_refused({}, {405, "Send with POST."});
    answer.fields.set("Allow", "POST, PUT");
    return answer;
  }
  const auto path = read_ingress_path(head.path, hub_.config().path);
  const Caller caller = caller_of(head, path);
  const std::string_view token = path ? bare_token(path->token) : std::string_view{};
  const Hook* hook = token.empty() ? nullptr : hub_.book().find_by_token(token, hub_.now());
  const Refusal too_often{429, "Too many requests that may not come here.", std::chrono::seconds{60}};
  if (hook == nullptr) {
    if (!bad_tokens_->take(head.caller)) return answer_refused(caller, too_often);
    const bool was_there = !token.empty() && hub_.book().was_deleted(token);
    return answer_refused(caller, was_there ? deleted_hook : unknown_hook);
  }
  LogEntry entry;
  entry.bytes = static_cast<std::size_t>(head.length.value_or(0));
  entry.caller = network_of(head.caller);
  if (hook->sends_only) return refuse(*hook, caller, std::move(entry), not_allowed, "the hook only sends");
  if (hook->paused) return refuse(*hook, caller, std::move(entry), not_allowed, "the hook is paused");
  if (const auto proved = check_head(hook->proof, head); !proved) {
    if (!bad_tokens_->take(head.caller)) return answer_refused(caller, too_often);
    const Refusal& refusal = proved.error().fault == Fault::forbidden ? not_allowed : not_proved;
    auto answer = refuse(*hook, caller, std::move(entry), refusal, proved.error().text);
    if (!hook->proof.basic.empty() && refusal.status == 401) {
      answer.fields.set("WWW-Authenticate", "Basic realm=\"webhook\", charset=\"UTF-8\"");
    }
    return answer;
  }
  if (head.length && *head.length > most_body(head, *path, hub_.config())) {
    const Refusal refusal{413, "The body is too large for this hook."};
    return refuse(*hook, caller, std::move(entry), refusal, "too large");
  }
  return std::nullopt;
}

net::Task<> Ingress::handle(net::HttpExchange& exchange) {
  const Instant begun = hub_.clock().now();
  const auto path = read_ingress_path(exchange.head().path, hub_.config().path);
  const std::uint64_t most = most_body(exchange.head(), *path, hub_.config());
  // Before any of the body is held. What was answered with 2xx would have to be kept.
  const bool room = co_await has_room();
  if (!room) {
    const Refusal refusal{503, "Nothing can be taken just now; send it again later.", std::chrono::seconds{30}};
    net::HttpResponse answer = answer_refused(caller_of(exchange.head(), path), refusal);
    co_await exchange.answer(std::move(answer));
    co_return;
  }
  std::string body;
  while (true) {
    auto piece = co_await exchange.read();
    if (!piece) co_return;
    if (piece->empty()) break;
    body += *piece;
    if (body.size() <= most) continue;
    const Refusal refusal{413, "The body is too large for this hook."};
    net::HttpResponse answer = answer_refused(caller_of(exchange.head(), path), refusal);
    co_await exchange.answer(std::move(answer));
    co_return;
  }
  Outcome outcome = take(exchange.head(), std::move(body), begun);
  if (!outcome.taken) {
    co_await exchange.answer(std::move(outcome.answer));
    co_return;
  }
  Taken taken = std::move(*outcome.taken);
  const Flight flight{in_flight_, flight_of(taken)};
  const std::string owner = hub_.book().find(taken.hook)->owner;
  const auto put = co_await files_.put(owner, taken.postings);
  flight.end();
  if (!put) {
    const Refusal refusal{put.error().fault == Fault::limited ? 413 : 503, put.error().text, std::chrono::seconds{60}};
    const Hook* hook = hub_.book().find(taken.hook);
    net::HttpResponse answer = answer_refused(taken.caller, refusal);
    if (hook != nullptr) answer = refuse(*hook, taken.caller, std::move(taken.entry), refusal, put.error().text);
    co_await exchange.answer(std::move(answer));
    co_return;
  }
  Told told = tell(std::move(taken));
  if (told.refused) {
    co_await exchange.answer(std::move(*told.refused));
    co_return;
  }
  if (told.caller.waits && !told.accepted.duplicate) {
    const bool is_told = !told.accepted.messages.empty() && co_await is_with_server();
    told.accepted.pending = !is_told;
  }
  net::HttpResponse answer = answer_accepted(told.caller, told.accepted);
  co_await exchange.answer(std::move(answer));
}

std::string Ingress::flight_of(const Taken& taken) const {
  return taken.hook + ' ' + (taken.delivery ? taken.delivery->key : taken.entry.id);
}

net::HttpResponse Ingress::refuse(const Hook& hook, const Caller& caller, LogEntry entry, const Refusal& refusal,
                                  const std::string& note) {
  net::HttpResponse answer = answer_refused(caller, refusal);
  Feed* feed = hub_.feed(hook.name);
  if (feed == nullptr) return answer;
  if (entry.id.empty()) entry.id = make_message_id(hub_.now(), hub_.services().random);
  entry.time = hub_.now();
  entry.status = answer.status;
  entry.note = note;
  feed->log().append(std::move(entry));
  return answer;
}

Ingress::Outcome Ingress::take(const net::HttpHead& head, std::string body, Instant begun) {
  const auto path = read_ingress_path(head.path, hub_.config().path);
  const Hook* hook = hub_.book().find_by_token(bare_token(path->token), hub_.now());
  Taken taken;
  taken.caller = caller_of(head, path);
  if (hook == nullptr) return {{}, answer_refused(taken.caller, unknown_hook)};  // deleted while the body came
  taken.hook = hook->name;
  taken.begun = begun;
  taken.entry.bytes = body.size();
  taken.entry.caller = network_of(head.caller);
  taken.entry.id = make_message_id(hub_.now(), hub_.services().random);
  auto request = read_request(head, *path, std::move(body), hub_.config());
  if (!request) {
    return {{}, refuse(*hook, taken.caller, taken.entry, refusal_for(request.error()), request.error().text)};
  }
  if (const auto proved = check_signature(hook->proof, *request, hub_.now()); !proved) {
    const bool often = !bad_tokens_->take(head.caller);
    const Refusal too_often{429, "Too many requests that may not come here.", std::chrono::seconds{60}};
    if (often) return {{}, answer_refused(taken.caller, too_often)};
    return {{}, refuse(*hook, taken.caller, taken.entry, not_proved, proved.error().text)};
  }
  // What a hook has sent comes back into one: the other side hands everything on (RFC 5842 7.2).
  const Courier::Office* office = hub_.office();
  if (office != nullptr && request->header("x-dragoman-via").find(office->instance) != std::string_view::npos) {
    return {{}, refuse(*hook, taken.caller, taken.entry, own_loop, "a hook of this gateway has sent it")};
  }
  std::optional<Format> forced = path->forced;
  if (!forced && !hook->format.empty()) forced = format_named(hook->format);
  const Format format = forced ? *forced : detect(*request);
  taken.caller.format = format;
  taken.caller.dialect = dialect_of(taken.caller.dialect, format);
  taken.entry.format = std::string{name_of(format)};
  const auto scheme = hook->proof.signature.empty() ? std::optional<Scheme>{} : [&]() -> std::optional<Scheme> {
    auto read = read_scheme(hook->proof.signature);
    if (!read) return std::nullopt;
    return std::move(*read);
  }();
  taken.delivery = delivery_id(*request, scheme ? &*scheme : nullptr);
  taken.digest = body_digest(*request);
  if (auto known = find_duplicate(taken)) return {{}, std::move(*known)};
  const HookReading reading{*hook};
  auto postings = read_postings(*request, forced, reading.options);
  if (!postings) {
    // What the owner has set does not fit what comes: the sender alone would know of it.
    const bool was_set = (!path->forced && forced) || !hook->text_template.empty();
    if (was_set) complain(*hub_.feed(hook->name), taken.entry.format, postings.error().text);
    return {{}, refuse(*hook, taken.caller, taken.entry, refusal_for(postings.error()), postings.error().text)};
  }
  taken.postings = std::move(*postings);
  for (Posting& posting : taken.postings) posting.content.via = way_of(request->header("x-dragoman-via"));
  return {std::move(taken), {}};
}

}  // namespace dragoman::backends::webhook
