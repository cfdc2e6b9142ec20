#include "base/log.hpp"
#include "bridge/carried.hpp"
#include "bridge/leg.hpp"
#include "media/paste.hpp"

// Texts that are too long for the room: what is said there is their beginning and an address.

namespace dragoman::bridge {

namespace {

const chat::Content* content_said_in(const chat::Command& command) {
  if (const auto* send = std::get_if<chat::SendMessage>(&command)) return &send->content;
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) return &edit->content;
  return nullptr;
}

}  // namespace

bool Leg::paste(const delivery::Entry& entry) {
  const LongText& policy = leg_.policies.long_text;
  const chat::Content* content = content_said_in(entry.command);
  if (content == nullptr || policy.overflow != LongText::Overflow::paste || !parts_.uploader_of) return false;
  if (!is_too_long(content->text, policy, capabilities())) return false;
  media::Uploader* uploader = parts_.uploader_of(leg_);
  if (uploader == nullptr || !uploader->available()) return false;
  uploader->upload(media::to_file(*content),
                   [this, row = entry.row, alive = std::weak_ptr<bool>{alive_}](const Result<std::string>& url) {
                     if (alive.expired()) return;
                     const auto &bridge = bridge_, &room = leg_.address;
                     if (!url) LOG_WARN("a long text could not be put elsewhere", bridge, room, url.error());
                     outgoing_.prepared({leg_.room, {}}, row, url ? *url : std::string{});
                   });
  return true;
}

}  // namespace dragoman::bridge
