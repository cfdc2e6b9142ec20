#include "gateway/room_presence.hpp"
#include "gateway/room_service.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/register.hpp"
#include "xmpp/stanza_error.hpp"

// Registering a nickname with a room (XEP-0045 7.10). A person has one nickname on a network, so it is that of all
// rooms, and that of their account when they have one.

namespace dragoman::gateway {

namespace {

constexpr std::string_view muc_register_type = "http://jabber.org/protocol/muc#register";
constexpr std::string_view roomnick = "muc#register_roomnick";

/// The nickname of a form, or of the plain fields that old clients know.
std::string wanted(const xmpp::RegisterAnswers& answers) {
  for (const std::string_view name : {roomnick, std::string_view{"nick"}, std::string_view{"username"}}) {
    const auto found = answers.values.find(std::string{name});
    if (found != answers.values.end() && !found->second.empty()) return found->second.front();
  }
  return {};
}

}  // namespace

void RoomService::show_registration(const RoomQuestion& question) {
  const std::string part = context_.network.part_of(question.id);
  const std::string nickname = occupant_nick(context_.network.names_in(question.id), question.person.nickname(part));
  xmpp::RegisterForm form;
  form.registered = question.person.registered();
  form.instructions = "Your nickname is the same in all rooms of " + context_.network.part_name(part) + '.';
  form.fields.emplace_back("nick", nickname);
  xmpp::DataForm& shown = form.form.emplace();
  shown.form_type = muc_register_type;
  shown.title = "Nickname";
  shown.instructions = form.instructions;
  xmpp::DataForm::Field& field = shown.add(roomnick, "text-single", nickname);
  field.label = "Nickname";
  field.required = true;
  answer(xmpp::make_register_form(question.iq, form));
}

void RoomService::change_registration(const RoomQuestion& question) {
  const xmpp::RegisterAnswers sent = xmpp::read_register(*question.iq.first_element());
  if (sent.cancelled) return answer(xmpp::make_result(question.iq));
  if (sent.remove) {
    return refuse(
        question, Fault::not_allowed,
        "A nickname belongs to the connection; unregister with " + context_.link.jid().str() + " to give it up.");
  }
  if (sent.values.empty()) return refuse(question, Fault::malformed, "Send the form with a nickname.");
  const std::string nickname = wanted(sent);
  if (nickname.empty()) return refuse(question, Fault::unacceptable, "Say which nickname you want.");
  const std::string part = context_.network.part_of(question.id);
  question.person.ask(
      chat::SetNickname{nickname, part, question.id},
      [this, part, iq = question.iq, person = &question.person](const chat::Done*, const chat::Failed* failed) {
        if (failed != nullptr) return refuse(iq, *failed);
        person->keep_nickname(part);
        answer(xmpp::make_result(iq));
      });
}

}  // namespace dragoman::gateway
