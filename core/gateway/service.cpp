#include "gateway/service.hpp"

#include "gateway/announcements.hpp"
#include "gateway/gateway.hpp"
#include "gateway/own_names.hpp"
#include "gateway/own_pictures.hpp"
#include "gateway/presence.hpp"
#include "gateway/questions.hpp"
#include "gateway/sibling.hpp"
#include "gateway/typed_address.hpp"
#include "xmpp/about.hpp"
#include "xmpp/agent.hpp"
#include "xmpp/blocking.hpp"
#include "xmpp/browse.hpp"
#include "xmpp/displayed_sync.hpp"
#include "xmpp/gateway_prompt.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/nick.hpp"
#include "xmpp/private_xml.hpp"
#include "xmpp/pubsub.hpp"
#include "xmpp/roster.hpp"
#include "xmpp/roster_exchange.hpp"
#include "xmpp/search.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/vcard.hpp"

namespace dragoman::gateway {

// What the gateway's own address answers, and shows as a feature.
const Service::Question Service::questions[] = {
    {"get", "query", xmpp::ns::disco_info, &Service::disco_info},
    {"get", "query", xmpp::ns::disco_items, &Service::disco_items},
    {"get", "ping", xmpp::ns::ping, &Service::ping},
    {"get", "query", xmpp::version_ns, &Service::version},
    {"get", "query", xmpp::last_ns, &Service::last},
    {"get", "time", xmpp::time_ns, &Service::time},
    {"get", "query", xmpp::legacy_time_ns, &Service::legacy_time},
    {"get", "vCard", xmpp::vcard_ns, &Service::vcard},
    {"set", "vCard", xmpp::vcard_ns, &Service::vcard_is_not_yours},
    {"get", "pubsub", xmpp::ns::pubsub, &Service::read_node},
    {"set", "pubsub", xmpp::ns::pubsub, &Service::refuse_node},
    {"get", "query", xmpp::agent_ns, &Service::agent},
    {"get", "query", xmpp::agents_ns, &Service::agents},
    {"get", "query", xmpp::browse_ns, &Service::browse},
    {"get", "query", xmpp::gateway_ns, &Service::prompt},
    {"set", "query", xmpp::gateway_ns, &Service::read_prompt},
    {"get", "query", xmpp::ns::reg, &Service::register_form},
    {"set", "query", xmpp::ns::reg, &Service::register_account},
    {"get", "query", xmpp::search_ns, &Service::search_form},
    {"set", "query", xmpp::search_ns, &Service::search},
    {"get", "query", xmpp::private_ns, &Service::private_data},
    {"set", "query", xmpp::private_ns, &Service::private_data},
    {"get", "query", xmpp::autoupdate_ns, &Service::autoupdate},
    {"set", "x", xmpp::rosterx_ns, &Service::suggest_contacts},
    {"get", "blocklist", xmpp::blocking_ns, &Service::block_list},
    {"set", "block", xmpp::blocking_ns, &Service::block},
    {"set", "unblock", xmpp::blocking_ns, &Service::block},
    {"get", "query", xmpp::roster_ns, &Service::no_roster},
    {"set", "query", xmpp::roster_ns, &Service::roster_push},
    {"set", "command", xmpp::commands_ns, &Service::command},
};

std::vector<std::string> Service::features() const {
  std::vector<std::string> all = features_of(questions);
  if (context_.policy.registration == Policy::Registration::closed) std::erase(all, xmpp::ns::reg);
  if (!can_search(context_.network.describe(), context_.policy)) std::erase(all, xmpp::search_ns);
  if (context_.policy.releases.empty()) std::erase(all, xmpp::autoupdate_ns);
  std::erase(all, xmpp::roster_ns);                                // rosters are the servers'
  if (!context_.policy.avatar) std::erase(all, xmpp::ns::pubsub);  // every node is empty then
  all.emplace_back("jid\\20escaping");                             // XEP-0106
  all.emplace_back(xmpp::ns::caps);
  if (context_.network.describe().rooms) {
    all.emplace_back(xmpp::ns::muc);
    all.emplace_back(xmpp::ns::occupant_id);  // XEP-0421 4: all of its rooms have them
  }
  // Whoever lets the gateway see them is asked for news of their picture by this.
  if (context_.own_pictures.supported()) {
    all.push_back(std::string{xmpp::avatar_metadata_ns} + std::string{xmpp::notify_suffix});
  }
  // And of how they call themselves.
  if (context_.own_names.supported()) all.push_back(std::string{xmpp::nick_ns} + std::string{xmpp::notify_suffix});
  // And this asks for what they have read (XEP-0490), where their server shows it.
  if (context_.network.describe().rooms) {
    all.push_back(std::string{xmpp::displayed_sync_ns} + std::string{xmpp::notify_suffix});
  }
  if (context_.network.describe().rooms || can_search(context_.network.describe(), context_.policy)) {
    all.emplace_back(xmpp::ns::rsm);
  }
  return all;
}

Service::Service(Context& context, Gateway& gateway, Instant started)
    : context_(context),
      gateway_(gateway),
      started_(started),
      commands_(context),
      ad_hoc_(context.link, context.timers, context.gate, context.random, commands_),
      chats_(context.link, context.timers, context.gate, commands_,
             [&context] {
               const std::string& domain = context.link.jid().str();
               const std::string behind = (context.network.in_parts() ? "%server@" : "@") + domain;
               return "This is the gateway to " + context.network.describe().name + ". Rooms are joined as #room" +
                      behind + ", people are nickname" + behind + '.';
             }),
      keys_(context),
      search_(context, context.directory, keys_),
      updates_(context) {
  context.ad_hoc = &ad_hoc_;
}

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

void Service::answer(const xmpp::Element& result) { context_.link.send(result); }

void Service::ping(const xmpp::Element& iq, const xmpp::Jid&) { answer(xmpp::make_result(iq)); }

void Service::version(const xmpp::Element& iq, const xmpp::Jid&) {
  const std::string_view software = context_.software;  // "dragoman 0.1.0"
  const std::size_t space = software.find(' ');
  answer(xmpp::make_version(iq, software.substr(0, space), software.substr(space + 1)));
}

void Service::last(const xmpp::Element& iq, const xmpp::Jid&) {
  answer(
      xmpp::make_last(iq, std::chrono::duration_cast<std::chrono::seconds>(context_.timers.clock().now() - started_)));
}

void Service::time(const xmpp::Element& iq, const xmpp::Jid&) {
  answer(xmpp::make_time(iq, context_.timers.clock().utc()));
}

void Service::legacy_time(const xmpp::Element& iq, const xmpp::Jid&) {
  answer(xmpp::make_legacy_time(iq, context_.timers.clock().utc()));
}

void Service::vcard(const xmpp::Element& iq, const xmpp::Jid&) {
  const chat::Description& network = context_.network.describe();
  xmpp::VCard card;
  card.full_name = network.name;
  card.description = "Gateway to " + network.name + ". " + network.instructions;
  card.url = "xmpp:" + context_.link.jid().str();
  if (context_.policy.avatar) card.avatar = &*context_.policy.avatar;
  answer(xmpp::make_vcard(iq, card));
}

void Service::vcard_is_not_yours(const xmpp::Element& iq, const xmpp::Jid&) {
  refuse(iq, Fault::forbidden, "The card of the gateway is its operator's.");
}

void Service::prompt(const xmpp::Element& iq, const xmpp::Jid&) {
  const chat::Description& network = context_.network.describe();
  answer(xmpp::make_gateway_prompt(iq, "Enter the name of a person or room of " + network.name + '.', network.prompt));
}

void Service::read_prompt(const xmpp::Element& iq, const xmpp::Jid&) {
  const auto text = xmpp::read_gateway_prompt(*iq.first_element());
  if (!text || text->empty()) return refuse(iq, Fault::unacceptable, "Say whose address you want, in <prompt/>.");
  const auto address = read_typed(context_, *text);
  if (!address) return refuse(iq, Fault::unacceptable, address.error().text);
  std::string jid = context_.link.jid().str();
  if (const auto* person = std::get_if<chat::PersonId>(&*address)) jid = context_.address(*person);
  if (const auto* room = std::get_if<chat::RoomId>(&*address)) jid = context_.address(*room);
  answer(xmpp::make_gateway_jid(iq, jid));
}

void Service::search_form(const xmpp::Element& iq, const xmpp::Jid& from) { search_.show_form(iq, from); }

void Service::search(const xmpp::Element& iq, const xmpp::Jid& from) { search_.search(iq, from); }

void Service::private_data(const xmpp::Element& iq, const xmpp::Jid& from) {
  if (context_.policy.needs_account() && !context_.registrations.has(from)) {
    return refuse(iq, Fault::members_only, "Register with this gateway to keep something here.");
  }
  context_.private_data.receive_iq(iq, from);
}

void Service::command(const xmpp::Element& iq, const xmpp::Jid& from) { ad_hoc_.receive(iq, from, place()); }

void Service::autoupdate(const xmpp::Element& iq, const xmpp::Jid&) { updates_.receive_iq(iq); }

void Service::no_roster(const xmpp::Element& iq, const xmpp::Jid&) { refuse(iq, Fault::unavailable, ""); }

bool Service::take_read_marks(const xmpp::Element& message, const xmpp::Jid& from) {
  const auto news = xmpp::read_displayed_news(message);
  // From somebody else's address it would be that one's reading.
  User* person = from.is_bare() ? context_.find(from.bare_view()) : nullptr;
  for (const xmpp::Displayed& each : news) {
    const auto room = xmpp::Jid::parse(each.chat);
    // What somebody calls a message outside of rooms is their own server's id, which nobody else knows.
    if (person == nullptr || !room || each.by != each.chat || room->domain() != context_.link.jid().domain()) continue;
    const auto address = context_.network.parse(xmpp::unescape_local(room->local()));
    const auto* id = address ? std::get_if<chat::RoomId>(&*address) : nullptr;
    if (id != nullptr) person->read_marks().has_displayed(*id, each.stanza_id);
  }
  return !news.empty();
}

void Service::receive_message(const xmpp::Element& message, const xmpp::Jid& from, const xmpp::Jid& to) {
  if (to.local().empty() &&
      (take_suggestions(message, from) || take_read_marks(message, from) ||
       context_.own_pictures.receive(message, from) || context_.own_names.receive(message, from))) {
    return;
  }
  if (message.child("body", message.ns) != nullptr) context_.announcements.is_known(from.bare_view());
  chats_.receive(message, from);
}

}  // namespace dragoman::gateway
