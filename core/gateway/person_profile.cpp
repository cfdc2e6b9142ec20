#include "gateway/clock_reply.hpp"
#include "gateway/person_service.hpp"
#include "gateway/pictures.hpp"
#include "xmpp/about.hpp"
#include "xmpp/nick.hpp"
#include "xmpp/pubsub.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/vcard4.hpp"

// What only the network knows of a person: profile (vCard, idle time), and what their client says about itself.

namespace dragoman::gateway {

namespace {

std::string duration_text(std::chrono::seconds idle) {
  const auto seconds = idle.count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min";
  return std::to_string(seconds / 3600) + " h";
}

void append_line(std::string& text, std::string_view label, const std::string& value) {
  if (value.empty()) return;
  if (!text.empty()) text += '\n';
  text += label;
  text += value;
}

/// "Account: alice", "Host: ~alice@host.example" ... : for people to read.
std::string to_lines(const chat::Profile& profile) {
  std::string rooms;
  for (const std::string& room : profile.rooms) rooms += (rooms.empty() ? "" : " ") + room;
  std::string lines;
  append_line(lines, "", profile.description);
  append_line(lines, "Account: ", profile.account);
  append_line(lines, "Host: ", profile.host);
  append_line(lines, "Server: ", profile.server);
  append_line(lines, "Channels: ", rooms);
  append_line(lines, "Away: ", profile.away);
  if (profile.idle) append_line(lines, "Idle: ", duration_text(*profile.idle));
  return lines;
}

}  // namespace

template <class Wanted>
void PersonService::ask(const PersonQuestion& question, const chat::Command& command,
                        std::function<void(const xmpp::Element& iq, const Wanted& answer)> answered) {
  question.asker.ask(command, [this, iq = question.iq, answered = std::move(answered)](const chat::Done* done,
                                                                                       const chat::Failed* failed) {
    if (failed != nullptr) return refuse(iq, *failed);
    const auto* wanted = std::get_if<Wanted>(&done->answer);
    if (wanted == nullptr) return refuse(iq, Fault::unavailable, "The network does not tell this.");
    answered(iq, *wanted);
  });
}

void PersonService::ping(const PersonQuestion& question) {
  if (question.self) return answer(xmpp::make_result(question.iq));
  question.asker.ask(chat::Ping{question.person},
                     [this, iq = question.iq](const chat::Done*, const chat::Failed* failed) {
                       if (failed != nullptr) return refuse(iq, *failed);
                       answer(xmpp::make_result(iq));
                     });
}

xmpp::VCard PersonService::card_of(const chat::PersonId& person, const chat::Profile& profile) const {
  xmpp::VCard card;
  card.nickname = profile.nickname.empty() ? context_.network.format_in_room(person) : profile.nickname;
  card.full_name = profile.full_name.empty() ? card.nickname : profile.full_name;
  card.name = {profile.name.family, profile.name.given, profile.name.middle};
  card.birthday = profile.birthday;
  const chat::PostalAddress& home = profile.address;
  card.address = {home.street, home.locality, home.region, home.postal_code, home.country};
  card.phone = profile.phone;
  card.title = profile.title;
  card.role = profile.role;
  card.organization = {profile.organization.name, profile.organization.units};
  card.description = to_lines(profile);
  card.url = profile.url;
  card.email = profile.email;
  card.jid = context_.address(person);
  card.photo_url = profile.avatar_url;
  return card;
}

void PersonService::ask_card(const PersonQuestion& question,
                             std::function<void(const xmpp::Element& iq, const xmpp::VCard& card)> answered) {
  ask<chat::Profile>(question, chat::GetProfile{question.person},
                     [this, person = question.person, asker = question.asker.jid().str(),
                      answered = std::move(answered)](const xmpp::Element& iq, const chat::Profile& profile) {
                       const xmpp::VCard card = card_of(person, profile);
                       User* known = context_.find(asker);
                       if (profile.picture.empty() || known == nullptr) return answered(iq, card);
                       context_.pictures.get(profile.picture, *known,
                                             [iq, card, answered](const xmpp::Avatar* picture) {
                                               xmpp::VCard whole = card;
                                               whole.avatar = picture;
                                               answered(iq, whole);
                                             });
                     });
}

void PersonService::vcard(const PersonQuestion& question) {
  ask_card(question, [this](const xmpp::Element& iq, const xmpp::VCard& card) { answer(xmpp::make_vcard(iq, card)); });
}

void PersonService::vcard4(const PersonQuestion& question) {
  ask_card(question, [this](const xmpp::Element& iq, const xmpp::VCard& card) {
    xmpp::Element result = xmpp::make_result(iq);
    result.add(xmpp::make_vcard4(card));
    answer(result);
  });
}

// What somebody publishes about themselves (XEP-0163), as far as the network tells it; read only.

void PersonService::read_node(const PersonQuestion& question) {
  const auto asked = xmpp::read_items_question(question.iq);
  if (!asked) return refuse_node(question);
  if (asked->node == xmpp::nick_ns) {
    xmpp::Element nick{"nick", xmpp::nick_ns};
    nick.set_text(context_.network.format_in_room(question.person));
    return answer(xmpp::make_items(question.iq, *asked, {{"current", nick}}));
  }
  const bool picture = asked->node == xmpp::avatar_metadata_ns || asked->node == xmpp::avatar_data_ns;
  if (picture && context_.pictures.supported()) return read_picture(question, *asked);
  if (asked->node != xmpp::vcard4_node)
    return refuse(question.iq, Fault::not_found, "They have published nothing here.");
  ask_card(question, [this, asked = *asked](const xmpp::Element& iq, const xmpp::VCard& card) {
    answer(xmpp::make_items(iq, asked, {{"current", xmpp::make_vcard4(card)}}));
  });
}

void PersonService::read_picture(const PersonQuestion& question, const xmpp::ItemsQuestion& asked) {
  const std::string known = context_.pictures.name({{}, question.person});
  if (!known.empty()) {
    return context_.pictures.get(known, question.asker, [this, iq = question.iq, asked](const xmpp::Avatar* picture) {
      answer_picture(iq, asked, picture);
    });
  }
  ask_card(question,
           [this, asked](const xmpp::Element& iq, const xmpp::VCard& card) { answer_picture(iq, asked, card.avatar); });
}

void PersonService::answer_picture(const xmpp::Element& iq, const xmpp::ItemsQuestion& asked,
                                   const xmpp::Avatar* picture) {
  if (picture == nullptr) return refuse(iq, Fault::not_found, "They have no picture that could be shown.");
  const bool data = asked.node == xmpp::avatar_data_ns;
  answer(xmpp::make_items(
      iq, asked, {{picture->id, data ? xmpp::make_avatar_data(*picture) : xmpp::make_avatar_metadata(*picture)}}));
}

void PersonService::refuse_node(const PersonQuestion& question) {
  answer(xmpp::make_pubsub_refusal(question.iq, "Only they themselves can publish here."));
}

void PersonService::vcard_is_not_yours(const PersonQuestion& question) {
  refuse(question.iq, Fault::forbidden, "Only they themselves can change this, on the network.");
}

void PersonService::last(const PersonQuestion& question) {
  ask<chat::Profile>(question, chat::GetProfile{question.person},
                     [this](const xmpp::Element& iq, const chat::Profile& profile) {
                       if (!profile.idle) return refuse(iq, Fault::unavailable, "The network does not tell this.");
                       answer(xmpp::make_last(iq, *profile.idle, profile.away));
                     });
}

void PersonService::version(const PersonQuestion& question) {
  if (question.self) return refuse(question.iq, Fault::unavailable, "You have no other client in this room.");
  ask<chat::Reply>(question, chat::AskClient{question.person, chat::AskClient::What::software},
                   [this](const xmpp::Element& iq, const chat::Reply& reply) {
                     // Where the name ends and the version begins is not said in a line of text.
                     answer(xmpp::make_version(iq, reply.text, {}));
                   });
}

void PersonService::time(const PersonQuestion& question) {
  if (question.self) return refuse(question.iq, Fault::unavailable, "You have no other client in this room.");
  ask<chat::Reply>(question, chat::AskClient{question.person, chat::AskClient::What::time},
                   [this](const xmpp::Element& iq, const chat::Reply& reply) {
                     const auto read = read_clock(reply.text, context_.timers.clock().utc());
                     if (!read) return refuse(iq, Fault::unavailable, "Their client says: " + reply.text);
                     answer(xmpp::make_time(iq, read->utc, read->offset));
                   });
}

void PersonService::legacy_time(const PersonQuestion& question) {
  if (question.self) return refuse(question.iq, Fault::unavailable, "You have no other client in this room.");
  ask<chat::Reply>(question, chat::AskClient{question.person, chat::AskClient::What::time},
                   [this](const xmpp::Element& iq, const chat::Reply& reply) {
                     const auto read = read_clock(reply.text, context_.timers.clock().utc());
                     if (!read) return refuse(iq, Fault::unavailable, "Their client says: " + reply.text);
                     answer(xmpp::make_legacy_time(iq, read->utc, xmpp::to_offset(read->offset), reply.text));
                   });
}

}  // namespace dragoman::gateway
