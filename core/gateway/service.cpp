#include "gateway/service.hpp"

#include "gateway/gateway.hpp"
#include "gateway/presence.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::gateway {

namespace {
constexpr std::string_view version_ns = "jabber:iq:version";   // XEP-0092
constexpr std::string_view last_ns = "jabber:iq:last";         // XEP-0012
constexpr std::string_view time_ns = "urn:xmpp:time";          // XEP-0202
constexpr std::string_view old_time_ns = "jabber:iq:time";     // XEP-0090
constexpr std::string_view gateway_ns = "jabber:iq:gateway";   // XEP-0100 6
constexpr std::string_view agent_ns = "jabber:iq:agent";       // XEP-0094
}  // namespace

// What the gateway's own address answers. A feature of disco#info stands in service_disco.cpp, beside its namespace here.
const Service::Question Service::questions[] = {
    {"get", "query", xmpp::ns::disco_info, &Service::disco_info},
    {"get", "query", xmpp::ns::disco_items, &Service::disco_items},
    {"get", "ping", xmpp::ns::ping, &Service::ping},
    {"get", "query", version_ns, &Service::version},
    {"get", "query", last_ns, &Service::last},
    {"get", "time", time_ns, &Service::time},
    {"get", "query", old_time_ns, &Service::legacy_time},
    {"get", "query", agent_ns, &Service::agent},
    {"get", "query", gateway_ns, &Service::prompt},
    {"set", "query", gateway_ns, &Service::read_prompt},
    {"get", "query", xmpp::ns::reg, &Service::register_form},
    {"set", "query", xmpp::ns::reg, &Service::register_account},
};

Service::Service(Context& context, Gateway& gateway, Instant started)
    : context_(context), gateway_(gateway), started_(started) {}

void Service::receive_iq(const xmpp::Element& iq, const xmpp::Jid& from) {
  const xmpp::Element* child = iq.first_element();
  bool other_type = false;
  for (const Question& question : questions) {
    if (!child->is(question.name, question.ns)) continue;
    if (question.type == iq.get("type")) return (this->*question.answer)(iq, from);
    other_type = true;
  }
  // RFC 6120 8.3.3.19: a namespace that nobody here knows; or a known one that cannot be set.
  if (other_type) return refuse(iq, Fault::unsupported, "This cannot be changed here.");
  refuse(iq, Fault::unavailable, "");
}

void Service::refuse(const xmpp::Element& iq, Fault fault, const std::string& text) {
  xmpp::StanzaError error = xmpp::to_stanza_error(fault, text);
  if (fault == Fault::unavailable) error.condition = "service-unavailable", error.type = "cancel";
  context_.link.send(xmpp::make_error_reply(iq, error));
}

void Service::answer(const xmpp::Element& iq, xmpp::Element payload) {
  xmpp::Element result = xmpp::make_result(iq);
  result.add(std::move(payload));
  context_.link.send(result);
}

void Service::ping(const xmpp::Element& iq, const xmpp::Jid&) { context_.link.send(xmpp::make_result(iq)); }

void Service::version(const xmpp::Element& iq, const xmpp::Jid&) {
  xmpp::Element query{"query", version_ns};
  const std::size_t space = context_.software.find(' ');
  query.add_text_child("name", context_.software.substr(0, space));
  query.add_text_child("version", space == std::string::npos ? "" : context_.software.substr(space + 1));
  answer(iq, std::move(query));
}

void Service::last(const xmpp::Element& iq, const xmpp::Jid&) {
  const auto up = std::chrono::duration_cast<std::chrono::seconds>(context_.timers.clock().now() - started_);
  xmpp::Element query{"query", last_ns};
  query.set("seconds", std::to_string(up.count()));
  answer(iq, std::move(query));
}

void Service::time(const xmpp::Element& iq, const xmpp::Jid&) {
  xmpp::Element time{"time", time_ns};
  time.add_text_child("tzo", "+00:00");
  time.add_text_child("utc", xmpp::to_datetime(context_.timers.clock().utc()));
  answer(iq, std::move(time));
}

void Service::legacy_time(const xmpp::Element& iq, const xmpp::Jid&) {
  xmpp::Element query{"query", old_time_ns};
  query.add_text_child("utc", xmpp::to_legacy_datetime(context_.timers.clock().utc()));
  query.add_text_child("tz", "UTC");
  answer(iq, std::move(query));
}

void Service::prompt(const xmpp::Element& iq, const xmpp::Jid&) {
  xmpp::Element query{"query", gateway_ns};
  query.add_text_child("desc", "Enter the name of a person or room of " + context_.network.describe().name + '.');
  query.add_text_child("prompt", context_.network.describe().prompt);
  answer(iq, std::move(query));
}

void Service::read_prompt(const xmpp::Element& iq, const xmpp::Jid&) {
  const std::string text = iq.first_element()->child_text("prompt", gateway_ns);
  if (text.empty()) return refuse(iq, Fault::unacceptable, "Say whose address you want, in <prompt/>.");
  const auto address = context_.network.parse(text);
  if (!address) return refuse(iq, Fault::unacceptable, address.error().text);
  std::string jid = context_.link.jid().str();
  if (const auto* person = std::get_if<chat::PersonId>(&*address)) jid = context_.address(*person);
  if (const auto* room = std::get_if<chat::RoomId>(&*address)) jid = context_.address(*room);
  xmpp::Element query{"query", gateway_ns};
  query.add_text_child("jid", jid);
  query.add_text_child("prompt", jid);  // what clients of the time before XEP-0100 read
  answer(iq, std::move(query));
}

void Service::agent(const xmpp::Element& iq, const xmpp::Jid&) {
  const chat::Description& network = context_.network.describe();
  xmpp::Element query{"query", agent_ns};
  query.add_text_child("name", network.name);
  query.add_text_child("description", network.instructions);
  query.add_text_child("transport", network.prompt);
  query.add_text_child("service", network.kind);
  if (context_.policy.registration != Policy::Registration::closed) query.add("register");
  if (network.rooms) query.add("groupchat");
  answer(iq, std::move(query));
}

void Service::receive_message(const xmpp::Element& message, const xmpp::Jid& from, const xmpp::Jid& to) {
  if (message.child("body", message.ns) == nullptr || message.get("type") == "groupchat") return;
  const std::string& domain = context_.link.jid().str();
  const std::string help = "This is the gateway to " + context_.network.describe().name +
                           ". Join a room as #room@" + domain + ", write to a person as nickname@" + domain +
                           (context_.policy.registration == Policy::Registration::closed
                                ? "."
                                : ", or register an account with " + domain + " in your client's list of services.");
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", to.bare_view(), from.str());
    writer.attribute("type", "chat");
    writer.leaf("body", help);
  });
}

}  // namespace dragoman::gateway
