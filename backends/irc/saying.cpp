#include "backends/irc/saying.hpp"

#include <algorithm>
#include <utility>

#include "backends/irc/client_tags.hpp"
#include "backends/irc/encodings.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/multiline.hpp"
#include "backends/irc/plain_again.hpp"
#include "backends/irc/relaying.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/translate.hpp"
#include "backends/irc/typing.hpp"

namespace dragoman::backends::irc {

namespace {

class Speaker {
 public:
  Speaker(State& state, chat::CommandId id, const chat::SendMessage& message, const std::string& target, Room* room,
          Effects& effects)
      : state_(state),
        link_(state.link),
        id_(id),
        message_(message),
        target_(target),
        folded_(fold(state.link.isupport->casemap, target)),
        room_(room),
        effects_(effects),
        codes_(state.shared.formatting && (room == nullptr || takes_codes(*room))),
        encoding_(encoding_out(state, room == nullptr ? std::string_view{} : std::string_view{target})) {
    if (!link_.caps.has(Cap::message_tags)) return;
    const std::string &reply = message.content.reply_to.text, &via = message.content.via;
    if (!reply.empty()) tags_ = write_tag(ClientTag::reply, reply);
    const bool tells_via = !via.empty() && via.size() <= longest_via && passes(*link_.isupport, ClientTag::via);
    if (tells_via) tags_ += (tags_.empty() ? "" : ";") + write_tag(ClientTag::via, via);
  }

  void say() {
    has_spoken(state_, folded_);
    chat::Content content = codes_ ? message_.content : without_spans(message_.content);
    if (room_ != nullptr && may_relay(state_, *room_, content)) {
      say_for_somebody(std::move(content));
    } else if (!say_at_once(content)) {
      say_lines(content);
    }
    if (lost_) tell_of_losses();
  }

 private:
  std::size_t budget(std::size_t command) const { return budget_of(state_, command, target_.size()); }

  Evidence::Slot open(std::string_view verb, std::size_t lines) {
    return link_.evidence.open({id_, Concerns::message, Evidence::Answer::sent, std::string{verb}, folded_, {}},
                               static_cast<std::uint32_t>(lines));
  }
  Sending in(Evidence::Slot slot) const { return {Urgency::message, folded_, slot, true, tags_}; }
  /// False: the message has ended.
  bool taken(Evidence::Slot slot, const Result<void>& sent) {
    if (!sent) link_.evidence.refuse(slot, sent.error().fault, sent.error().text, effects_);
    return sent.has_value();
  }

  void say_for_somebody(chat::Content content) {
    const std::string name = relayed_nickname(state_, std::exchange(content.shown_author, {}));
    // The server puts that name, and a user and host of its own, before it: no longer together than ours and the name.
    const auto lines = write_content(content, budget(relay_verb.size() + 1 + name.size()), encoding_, &lost_);
    if (lines.empty()) return refuse_empty();
    const auto slot = open(relay_verb, lines.size());
    for (const std::string& line : lines) {
      if (!taken(slot, send(state_, effects_, in(slot), relay_verb, {target_, name}, line))) return;
    }
    remember_relayed(state_, slot, id_, message_);
  }

  /// As one message of several lines, where the server has such. False: it is none.
  bool say_at_once(const chat::Content& content) {
    if (content.kind != chat::Content::Kind::text || !takes_multiline(link_)) return false;
    constexpr std::string_view verb = "PRIVMSG";
    const auto batches =
        make_batches(write_lines(content, budget(verb.size()), encoding_, &lost_), link_.offered.multiline);
    const bool several = batches.size() > 1 || (!batches.empty() && batches.front().size() > 1);
    if (!several) return false;
    const auto slot = open("BATCH", batches.size());
    for (const std::vector<BatchLine>& batch : batches) {
      const auto sent = batch.size() == 1 ? send(state_, effects_, in(slot), verb, {target_}, batch.front().text)
                                          : send_batch(state_, effects_, in(slot), target_, batch);
      if (!taken(slot, sent)) return true;
    }
    const bool coded = batches.size() == 1 && std::any_of(batches.front().begin(), batches.front().end(),
                                                          [](const BatchLine& line) { return has_codes(line.text); });
    if (codes_ && coded && room_ != nullptr) remember_formatted(state_, slot, id_, message_);
    return true;
  }

  void say_lines(const chat::Content& content) {
    const std::string_view verb = content.kind == chat::Content::Kind::notice ? "NOTICE" : "PRIVMSG";
    const auto lines = write_content(content, budget(verb.size()), encoding_, &lost_);
    if (lines.empty()) return refuse_empty();
    const auto slot = open(verb, lines.size());
    for (const std::string& line : lines) {
      if (!taken(slot, send(state_, effects_, in(slot), verb, {target_}, line))) return;
    }
    if (codes_ && lines.size() == 1 && has_codes(lines.front()) && room_ != nullptr) {
      remember_formatted(state_, slot, id_, message_);
    }
  }

  void refuse_empty() { effects_.refused(id_, Fault::unacceptable, "an empty message cannot be sent to IRC"); }

  void tell_of_losses() {
    if (std::exchange(room_ == nullptr ? state_.told_of_losses : room_->told_of_losses, true)) return;
    chat::Notice notice;
    notice.text = "What is said here is written in " + std::string{name_of(encoding_)} +
                  ", which has not all characters of your message: others see similar ones or \"?\" in their place.";
    if (room_ != nullptr) notice.room = room_->id;
    effects_.tell(std::move(notice));
  }

  State& state_;
  Link& link_;
  chat::CommandId id_;
  const chat::SendMessage& message_;
  const std::string& target_;
  std::string folded_;
  Room* room_;
  Effects& effects_;
  bool codes_;
  Encoding encoding_;
  std::string tags_;
  bool lost_ = false;
};

}  // namespace

void say(State& state, chat::CommandId id, const chat::SendMessage& message, const std::string& target, Room* room,
         Effects& effects) {
  Speaker{state, id, message, target, room, effects}.say();
}

}  // namespace dragoman::backends::irc
