#include "backends/webhook/dead_desk.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "backends/webhook/dead_letters.hpp"
#include "backends/webhook/dead_page.hpp"
#include "backends/webhook/digest.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/sealed_text.hpp"
#include "backends/webhook/time_text.hpp"
#include "backends/webhook/url_form.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::uint64_t most_form = 4096;  // bytes

std::size_t number_in(std::string_view text) {
  std::size_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? number : 0;
}

/// "message.created of alice in #ci@hook.example.org"
std::string about(const Happening& happening) {
  std::string text{name_of(happening.type)};
  const std::string& who = happening.from.nickname.empty() ? happening.from.jid : happening.from.nickname;
  if (!who.empty()) text += " of " + who;
  if (!happening.room.jid.empty()) text += " in " + happening.room.jid;
  return text;
}

DeadPage::Letter letter_of(const Courier& courier, const Queue::Dead& dead) {
  DeadPage::Letter letter{dead.id, time_text(dead.since), dead.why, dead.attempts, {}, {}};
  const auto happening = courier.dead_letter(dead.id);
  if (!happening) return letter;
  letter.about = about(*happening);
  letter.text = first_lines(happening->reaction.empty() ? happening->content.text : happening->reaction);
  return letter;
}

std::string state_of(const Health& health) {
  return health.state == Health::State::disabled ? "nothing is sent to it any more, " + health.text : health.text;
}

}  // namespace

DeadDesk::DeadDesk(Hub& hub, std::string public_url, std::string path, std::string_view key)
    : hub_(hub),
      url_(std::move(public_url)),
      path_(std::move(path)),
      key_(hmac(Hash::sha256, key, "webhook dead letters " + hub.jid())) {}

std::string DeadDesk::make_url(const std::string& hook, const std::string& reader) const {
  const Timestamp until = hub_.now() + std::chrono::duration_cast<std::chrono::milliseconds>(lifetime);
  return url_ + path_ + seal_text(key_, std::to_string(until.time_since_epoch().count()) + ' ' + hook + ' ' + reader);
}

Result<DeadDesk::Opened> DeadDesk::open(std::string_view capability) const {
  const Error none = failure(Fault::not_found, "There is nothing here.");
  const auto text = unseal_text(key_, capability);
  if (!text) return none;
  const auto parts = text::split(*text, ' ');
  if (parts.size() != 3) return none;
  const Timestamp until{std::chrono::milliseconds{number_in(parts[0])}};
  if (hub_.now() >= until) {
    return failure(Fault::closed, "The time of this link is over; the command \"dead\" of the webhook gives another.");
  }
  Opened opened{std::string{parts[1]}, std::string{parts[2]}};
  const Hook* hook = hub_.book().find(opened.hook);
  if (hook == nullptr || !may_change(*hook, opened.reader)) return none;
  if (hub_.services().may_use && !hub_.services().may_use(opened.reader)) return none;
  return opened;
}

std::string DeadDesk::consent_of(std::string_view capability) const {
  return text::to_hex(hmac(Hash::sha256, key_, "consent " + std::string{capability}));
}

std::string_view DeadDesk::capability_in(const net::HttpHead& head) const {
  const std::string_view path = head.path;
  return path.starts_with(path_) ? path.substr(path_.size()) : std::string_view{};
}

std::optional<net::HttpResponse> DeadDesk::refusal_of(const net::HttpHead& head) const {
  const auto opened = open(capability_in(head));
  if (!opened) return show_refusal(opened.error().fault == Fault::closed ? 410 : 404, opened.error().text);
  const std::string_view site = head.fields.get("Sec-Fetch-Site");
  if (head.method == "POST" && (site == "cross-site" || site == "same-site")) {
    return show_refusal(403, "Other sites may not do this.");
  }
  return std::nullopt;
}

net::HttpResponse DeadDesk::look(const net::HttpHead& head) const {
  const std::string_view capability = capability_in(head);
  const auto opened = open(capability);
  if (!opened) return show_refusal(404, opened.error().text);
  const auto query = read_url_form(head.query);
  DeadPage page;
  page.hook = opened->hook + '@' + hub_.jid();
  page.consent = consent_of(capability);
  if (query && has_field(*query, "sent"))
    page.said = std::to_string(number_in(field_of(*query, "sent"))) + " sent again.";
  if (query && has_field(*query, "full")) page.said = "Some stay here: too much waits to be sent.";
  if (query && has_field(*query, "gone")) page.said = "It was sent again already, or is gone.";
  const Courier* courier = hub_.feed(opened->hook)->answering().courier();
  if (courier == nullptr) {
    page.state = "this webhook sends nothing";
    return show(page);
  }
  const auto& dead = courier->queue().dead();
  page.total = dead.size();
  page.waiting = courier->queue().size();
  page.state = state_of(courier->queue().health());
  page.pages = std::max<std::size_t>((dead.size() + page_size - 1) / page_size, 1);
  page.page = std::clamp<std::size_t>(query ? number_in(field_of(*query, "page")) : 1, 1, page.pages);
  for (std::size_t i = (page.page - 1) * page_size; i < dead.size() && page.letters.size() < page_size; ++i) {
    page.letters.push_back(letter_of(*courier, dead[dead.size() - 1 - i]));
  }
  return show(page);
}

net::HttpResponse DeadDesk::take(const net::HttpHead& head, std::string_view form) {
  const std::string capability{capability_in(head)};
  const auto opened = open(capability);
  if (!opened) return show_refusal(404, opened.error().text);
  const auto fields = read_url_form(form);
  if (!fields || !equal_in_constant_time(field_of(*fields, "consent"), consent_of(capability))) {
    return show_refusal(403, "This form does not come from the page; open the page again.");
  }
  const std::string which{field_of(*fields, "letter")};
  const auto sent = send_again(hub_, opened->hook, which);
  std::string told = "?gone=1";
  if (sent) told = "?sent=" + std::to_string(*sent);
  if (!sent && sent.error().fault == Fault::limited) told = "?full=1";
  const auto &hook = opened->hook, &owner = opened->reader, &network = hub_.jid();
  if (sent) LOG_INFO("dead letters are sent again", owner, network, hook);
  net::HttpResponse response;
  response.status = 303;
  response.fields.set("Location", told);  // relative: a proxy may have other paths than we
  response.fields.set("Cache-Control", "no-store");
  return response;
}

net::HttpRoute DeadDesk::route() {
  net::HttpRoute route;
  route.path = path_;
  route.methods = {"GET", "POST"};
  route.most_body = most_form;
  route.admit = [this](const net::HttpHead& head) { return refusal_of(head); };
  route.handle = [this](net::HttpExchange& exchange) { return handle(exchange); };
  return route;
}

net::Task<> DeadDesk::handle(net::HttpExchange& exchange) {
  auto body = co_await exchange.read_all();
  if (!body) co_return;
  const bool is_form = exchange.head().method == "POST";
  auto response = is_form ? take(exchange.head(), *body) : look(exchange.head());
  co_await exchange.answer(std::move(response));
}

}  // namespace dragoman::backends::webhook
