#include "gateway/part_service.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "gateway/disco_page.hpp"
#include "gateway/user.hpp"
#include "xmpp/about.hpp"
#include "xmpp/ad_hoc.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/rsm.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

void PartService::refuse(const xmpp::Element& stanza, Fault fault, const std::string& text) {
  if (!xmpp::may_answer(stanza)) return;
  context_.link.send(xmpp::make_error_reply(stanza, xmpp::to_stanza_error(fault, text)));
}

void PartService::refuse(const xmpp::Element& stanza, const chat::Failed& failed) {
  if (!xmpp::may_answer(stanza)) return;
  context_.link.send(xmpp::make_error_reply(stanza, context_.error_of(failed.fault, failed.text, failed.code)));
}

void PartService::receive_message(const xmpp::Element& message, const xmpp::Jid& from, const std::string& part) {
  const std::string_view type = message.get("type");
  const std::string line{text::trim(message.child_text("body", message.ns))};
  if (line.empty() || type == "headline") return;
  if (type == "groupchat") return refuse(message, Fault::malformed, "This address is a server, not a room.");
  User& person = context_.user(from);
  if (!person.registered() && context_.policy.needs_account()) {
    return refuse(message, Fault::members_only, "Register with " + context_.link.jid().str() + " first.");
  }
  // What is said to services by it is nobody else's business: neither the error nor anything kept repeats it.
  xmpp::Element head = message;
  head.children.clear();
  person.ask_connected(chat::Run{line, part}, [this, head, part](const chat::Done* done, const chat::Failed* failed) {
    if (failed != nullptr) return refuse(head, *failed);
    const auto* reply = std::get_if<chat::Reply>(&done->answer);
    if (reply == nullptr || reply->text.empty()) return;
    context_.link.write([&](xmpp::Writer& writer) {
      writer.begin("message", context_.part_address(part), head.get("from"));
      writer.attribute("type", "chat");
      writer.leaf("body", reply->text);
      xmpp::write_hint(writer, xmpp::Hint::no_store);
    });
  });
}

bool PartService::receive_iq(const xmpp::Element& iq, const xmpp::Jid& from, const std::string& part) {
  const xmpp::Element& child = *iq.first_element();
  const bool get = iq.get("type") == "get";
  if (get && child.is("query", xmpp::ns::disco_info)) {
    disco_info(iq, from, part);
  } else if (get && child.is("query", xmpp::ns::disco_items)) {
    disco_items(iq, from, part);
  } else if (get && child.is("ping", xmpp::ns::ping)) {
    ping(iq, from, part);
  } else if (!get && child.is("command", xmpp::commands_ns)) {
    context_.ad_hoc->receive(iq, from, place(part));
  } else {
    return false;
  }
  return true;
}

void PartService::disco_info(const xmpp::Element& iq, const xmpp::Jid& from, const std::string& part) {
  if (!iq.first_element()->get("node").empty()) {
    if (context_.ad_hoc->disco_info(iq, from, place(part))) return;
    return refuse(iq, Fault::not_found, "There is no such node here.");
  }
  const chat::Description& network = context_.network.describe();
  xmpp::DiscoInfo info;
  info.identities.push_back({"conference", network.kind, context_.network.part_name(part), {}});
  for (const std::string_view feature :
       {std::string_view{xmpp::ns::disco_info}, std::string_view{xmpp::ns::disco_items},
        std::string_view{xmpp::ns::ping}, std::string_view{xmpp::commands_ns}, std::string_view{xmpp::ns::muc},
        std::string_view{xmpp::ns::rsm}, std::string_view{xmpp::version_ns}}) {
    info.features.emplace_back(feature);
  }
  context_.link.send(xmpp::make_disco_info(iq, info));
}

void PartService::disco_items(const xmpp::Element& iq, const xmpp::Jid& from, const std::string& part) {
  if (!iq.first_element()->get("node").empty()) {
    if (context_.ad_hoc->disco_items(iq, from, place(part))) return;
    return refuse(iq, Fault::not_found, "There is no such node here.");
  }
  auto page = xmpp::read_page_request(*iq.first_element());
  if (!page) return refuse(iq, page.error().fault, page.error().text);
  if (!context_.user(from).registered() && context_.policy.needs_account()) {
    return refuse(iq, Fault::members_only, "Register with " + context_.link.jid().str() + " before you list rooms.");
  }
  page->max = std::min(page->max.value_or(most_rooms_at_a_time), most_rooms_at_a_time);
  room_lists_.get(from, part, {}, [this, iq, page = *page](const Result<chat::RoomList>& list) {
    if (!list) return refuse(iq, list.error().fault, list.error().text);
    const auto result = make_room_page(context_, iq, *list, page);
    if (!result) return refuse(iq, result.error().fault, result.error().text);
    context_.link.send(*result);
  });
}

void PartService::ping(const xmpp::Element& iq, const xmpp::Jid& from, const std::string& part) {
  User& person = context_.user(from);
  // Who is not connected there hears that the gateway is here.
  if (!person.is_ready(part)) {
    context_.link.send(xmpp::make_result(iq));
    return;
  }
  person.ask_connected(chat::Ping{{}, part}, [this, iq](const chat::Done*, const chat::Failed* failed) {
    if (failed != nullptr) return refuse(iq, *failed);
    context_.link.send(xmpp::make_result(iq));
  });
}

}  // namespace dragoman::gateway
