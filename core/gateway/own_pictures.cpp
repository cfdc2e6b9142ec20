#include "gateway/own_pictures.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "gateway/user.hpp"
#include "xmpp/avatar.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/pubsub.hpp"

namespace dragoman::gateway {

namespace {
constexpr const char* own_picture_kind = "own_picture";
constexpr auto server_patience = std::chrono::seconds{30};
}  // namespace

void OwnPictures::load(store::Reader& reader) {
  const std::string prefix = context_.link.jid().str() + ' ';
  reader.documents(own_picture_kind, [&](const store::Document& document) {
    if (!document.owner.starts_with(prefix)) return;
    Picture& picture = people_[document.owner.substr(prefix.size())];
    picture.wanted = picture.set = document.key;
  });
}

bool OwnPictures::supported() const { return context_.network.describe().capabilities.has(chat::Feature::set_picture); }

bool OwnPictures::receive(const xmpp::Element& message, const xmpp::Jid& from) {
  const auto news = xmpp::read_avatar_news(message);
  if (!news) return false;
  // From somebody else's address it would be that one's picture.
  const User* person = from.is_bare() ? context_.find(from.bare_view()) : nullptr;
  if (!supported() || person == nullptr || !person->registered()) return true;
  if (news->bytes > most_bytes) {
    LOG_DEBUG("the picture of a person is too big for the network", from, news->bytes);
    return true;
  }
  people_[from.str()].wanted = news->id;
  go_on(from.str());
  return true;
}

void OwnPictures::on_ready(User& person) {
  if (people_.contains(person.jid().str())) go_on(person.jid().str());
}

void OwnPictures::forget(std::string_view person) { people_.erase(std::string{person}); }

void OwnPictures::go_on(const std::string& person) {
  Picture& picture = people_[person];
  const User* known = context_.find(person);
  if (picture.under_way || picture.wanted == picture.set || known == nullptr || !known->connected()) return;
  picture.under_way = true;
  if (picture.wanted.empty()) return set(person, {}, {});
  xmpp::Element iq{"iq", xmpp::ns::component};
  iq.set("type", "get").set("to", person);
  iq.add(xmpp::make_items_question(xmpp::avatar_data_ns, picture.wanted));
  context_.link.ask(
      std::move(iq), server_patience,
      [this, person, hash = picture.wanted](const Result<xmpp::Element>& answer) { on_data(person, hash, answer); });
}

void OwnPictures::on_data(const std::string& person, const std::string& hash, const Result<xmpp::Element>& answer) {
  const auto found = people_.find(person);
  if (found == people_.end()) return;
  std::string bytes;
  const auto picture = answer ? xmpp::read_avatar_data(*answer, hash, most_bytes, bytes) : false;
  if (picture) return set(person, hash, bytes);
  LOG_DEBUG("the picture of a person cannot be read", person);
  found->second.under_way = false;
  // What cannot be had now is asked for again when their server speaks of it again.
  if (found->second.wanted == hash) {
    found->second.wanted = found->second.set;
  } else {
    go_on(person);
  }
}

void OwnPictures::set(const std::string& person, const std::string& hash, const std::string& bytes) {
  User* known = context_.find(person);
  if (known == nullptr) {
    people_.erase(person);
    return;
  }
  known->ask(chat::SetPicture{bytes}, [this, person, hash](const chat::Done* done, const chat::Failed* failed) {
    const auto found = people_.find(person);
    if (found == people_.end()) return;
    Picture& picture = found->second;
    picture.under_way = false;
    if (done == nullptr && failed->outcome == chat::Failed::Outcome::refused) {
      const auto& owner = person;
      LOG_INFO("the network does not take the picture of a person", owner, failed->text);
      if (picture.wanted == hash) picture.wanted = picture.set;
      return go_on(person);
    }
    if (done == nullptr) return;  // the next connection tries again
    const std::string owner = context_.link.jid().str() + ' ' + person;
    if (!picture.set.empty()) context_.store.erase(own_picture_kind, owner, picture.set);
    picture.set = hash;
    if (!hash.empty()) context_.store.put({own_picture_kind, owner, hash, "true"});
    go_on(person);
  });
}

}  // namespace dragoman::gateway
