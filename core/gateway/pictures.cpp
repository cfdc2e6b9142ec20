#include "gateway/pictures.hpp"

#include <utility>

#include "base/log.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

bool Pictures::supported() const { return context_.network.describe().capabilities.has(chat::Feature::pictures); }

void Pictures::learn(const Subject& subject, const std::string& picture, User& by) {
  if (!supported()) return;
  if (picture.empty()) {
    subjects_.erase(subject);
    return by.on_picture(subject);
  }
  if (subjects_.size() >= most_subjects && !subjects_.contains(subject)) return;
  Seen& seen = subjects_[subject];
  if (seen.picture == picture && !seen.shown.id.empty()) return by.on_picture(subject);
  seen.picture = picture;  // the one before is shown until this one is here
  get(picture, by, [this, subject, picture, owner = by.jid().str()](const xmpp::Avatar* avatar) {
    const auto found = subjects_.find(subject);
    if (found == subjects_.end() || found->second.picture != picture) return;  // another one, meanwhile
    if (avatar == nullptr) {
      subjects_.erase(found);  // whoever hears of it next tries again
    } else {
      found->second.shown = {avatar->id, avatar->type, {}, avatar->bytes};
    }
    if (User* person = context_.find(owner)) person->on_picture(subject);
  });
}

const xmpp::Avatar* Pictures::of(const Subject& subject) const {
  const auto found = subjects_.find(subject);
  return found == subjects_.end() ? nullptr : &found->second.shown;
}

std::optional<std::string> Pictures::hash(const Subject& subject) const {
  const xmpp::Avatar* picture = of(subject);
  if (picture == nullptr) return std::string{};
  if (picture->id.empty()) return std::nullopt;
  return picture->id;
}

std::string Pictures::name(const Subject& subject) const {
  const auto found = subjects_.find(subject);
  return found == subjects_.end() ? std::string{} : found->second.picture;
}

void Pictures::get(const std::string& picture, User& by, Got got) {
  Known& known = known_[picture];
  known.used = ++uses_;
  if (known.avatar) {
    const xmpp::Avatar shown = *known.avatar;  // whoever gets it may ask for others, which drops it
    return got(&shown);
  }
  known.waiting.push_back(std::move(got));
  if (known.waiting.size() > 1) return;
  by.ask(chat::GetPicture{picture},
         [this, picture](const chat::Done* done, const chat::Failed*) { answered(picture, done); });
}

void Pictures::answered(const std::string& picture, const chat::Done* done) {
  const auto found = known_.find(picture);
  if (found == known_.end()) return;
  const auto* answer = done == nullptr ? nullptr : std::get_if<chat::Picture>(&done->answer);
  const std::optional<xmpp::Avatar> avatar = answer == nullptr ? std::nullopt : xmpp::make_avatar(answer->bytes);
  const std::vector<Got> waiting = std::exchange(found->second.waiting, {});
  if (avatar) {
    bytes_ += avatar->base64.size();
    found->second.avatar = avatar;
    drop_oldest();
  } else {
    const auto& network = context_.link.jid();
    LOG_DEBUG("a picture cannot be shown", network, picture);
    known_.erase(found);
  }
  for (const Got& each : waiting) each(avatar ? &*avatar : nullptr);
}

void Pictures::drop_oldest() {
  while (bytes_ > most_bytes) {
    auto oldest = known_.end();
    for (auto each = known_.begin(); each != known_.end(); ++each) {
      if (each->second.avatar && (oldest == known_.end() || each->second.used < oldest->second.used)) oldest = each;
    }
    bytes_ -= oldest->second.avatar->base64.size();
    known_.erase(oldest);
  }
}

}  // namespace dragoman::gateway
