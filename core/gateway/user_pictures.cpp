#include "gateway/pictures.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/nick.hpp"
#include "xmpp/pubsub.hpp"

// Pictures of people and rooms reach the person's clients: as a hash in presence (XEP-0153), as an event for those that
// ask for it (XEP-0084), as a change of the room (XEP-0486). So do the names of people (XEP-0172).

namespace dragoman::gateway {

void User::on_picture(const chat::Conversation& subject) {
  if (!subject.room.empty()) {
    if (Room* known = room(subject.room)) known->on_picture(context_.pictures.hash(subject).value_or(std::string{}));
    return;
  }
  for (auto& [id, each] : rooms_) each->on_picture(subject.person);
  Contacts* contacts = subscriptions_.contacts();
  if (contacts == nullptr || !contacts->wants(subject.person)) return;
  contacts->on_picture(subject.person);
  const xmpp::Avatar* picture = context_.pictures.of(subject);
  if (picture == nullptr) {
    tell_node(subject.person, xmpp::avatar_metadata_ns,
              {"current", xmpp::Element{"metadata", xmpp::avatar_metadata_ns}});
  } else if (!picture->id.empty()) {
    tell_node(subject.person, xmpp::avatar_metadata_ns, {picture->id, xmpp::make_avatar_metadata(*picture)});
  }
}

void User::on(const chat::PersonChanged& event) {
  context_.pictures.learn({{}, event.person}, event.profile.picture, *this);
  const Contacts* contacts = subscriptions_.contacts();
  if (contacts == nullptr || !contacts->wants(event.person) || event.profile.nickname.empty()) return;
  xmpp::Element nick{"nick", xmpp::nick_ns};
  nick.set_text(event.profile.nickname);
  tell_node(event.person, xmpp::nick_ns, {"current", std::move(nick)});
}

void User::tell_node(const chat::PersonId& person, std::string_view node, const xmpp::PubsubItem& item) {
  if (blocks(person)) return;
  const std::string feature = std::string{node} + std::string{xmpp::notify_suffix};
  for (const std::string& client : context_.features.clients_with(owner_.str(), feature)) {
    xmpp::Element message{"message", xmpp::ns::component};
    message.set("type", "headline").set("from", context_.address(person)).set("to", client);
    message.add(xmpp::make_node_event(node, item));
    context_.link.send(message);
  }
}

}  // namespace dragoman::gateway
