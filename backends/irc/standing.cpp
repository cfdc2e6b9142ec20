#include "backends/irc/standing.hpp"

#include "backends/irc/address.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using chat::Affiliation, chat::Role;

class StandingSetter {
 public:
  StandingSetter(State& state, Room& room, chat::CommandId id, const chat::SetStanding& wish, Effects& effects)
      : state_(state), room_(room), id_(id), wish_(wish), effects_(effects), target_(fold(casemap(), room.name)) {}

  void run() {
    here_ = !wish_.nickname.empty() && find_member(state_, room_, wish_.nickname, member_);
    if (wish_.affiliation == Affiliation::outcast) return ban();
    if (!wish_.mask.empty() && !here_) return unban();
    if (!here_) return refuse(Fault::not_found, "nobody of this name is in the channel");
    nick_ = state_.shared.names[member_].text;
    if (wish_.role == Role::none) return kick();
    rank();
  }

 private:
  Casemap casemap() const { return state_.link.isupport.casemap; }
  void refuse(Fault fault, std::string text) { effects_.refused(id_, fault, std::move(text)); }

  /// Opens the evidence for `lines` lines about the room.
  void open(std::string_view verb, std::uint32_t lines) {
    slot_ = state_.link.evidence.open({id_, Concerns::command, Evidence::Answer::nothing, std::string{verb}, target_,
                                       fold(casemap(), wish_.nickname)},
                                      lines);
    state_.link.evidence.set_deadline(slot_, effects_.now + answer_deadline);
  }
  bool write(std::string_view verb, std::span<const std::string_view> middles,
             std::optional<std::string_view> text = std::nullopt) {
    const auto sent = send(state_, effects_, {.target = target_, .slot = slot_}, verb, middles, text);
    if (sent) return true;
    state_.link.evidence.refuse(slot_, sent.error().fault, sent.error().text, effects_);
    return false;
  }
  std::string reason() const {
    const std::size_t most = state_.link.isupport.kick_length == 0 ? 200 : state_.link.isupport.kick_length;
    const std::string line = single_line(wish_.reason);
    return encode_text(text::cut(line, std::min<std::size_t>(most, 300)), encoding_of(state_));
  }
  bool write_kick() {
    const std::string_view middles[] = {room_.name, nick_};
    const std::string text = reason();
    return text.empty() ? write("KICK", middles) : write("KICK", middles, text);
  }
  void kick() {
    open("KICK", 1);
    write_kick();
  }
  void ban() {
    std::string mask = wish_.mask;
    if (mask.empty()) {
      if (const auto valid = check_nickname(wish_.nickname); !valid)
        return refuse(valid.error().fault, valid.error().text);
      mask = wish_.nickname + "!*@*";
    }
    if (here_) nick_ = state_.shared.names[member_].text;
    open("MODE", here_ ? 2 : 1);
    const std::string_view middles[] = {room_.name, "+b", mask};
    if (write("MODE", middles) && here_) write_kick();
  }
  void unban() {
    if (wish_.affiliation != Affiliation::none)
      return refuse(Fault::unsupported, "IRC gives ranks to people in the channel only");
    open("MODE", 1);
    const std::string_view middles[] = {room_.name, "-b", wish_.mask};
    write("MODE", middles);
  }
  /// The letter that shall be the strongest one; 0: none.
  char wanted_letter(Rank now) const {
    const Isupport& isupport = state_.link.isupport;
    if (wish_.affiliation) {
      switch (*wish_.affiliation) {
        case Affiliation::owner:
          return prefix_of(isupport, 'q') >= 0 ? 'q' : 'o';
        case Affiliation::admin:
          return 'o';
        case Affiliation::member:
          return 'v';
        case Affiliation::none:
        case Affiliation::outcast:
          return 0;
      }
    }
    const int voice = prefix_of(isupport, 'v');
    const bool has_voice = voice >= 0 && (now.prefixes >> voice & 1) != 0;
    switch (wish_.role.value_or(Role::participant)) {
      case Role::moderator:
        return 'o';
      case Role::participant:
        return has_voice || room_.moderated ? 'v' : 0;
      case Role::visitor:
      case Role::none:
        return 0;
    }
    return 0;
  }
  void rank() {
    const Rank now = *room_.members.find(member_);
    if (wish_.role == Role::moderator && to_standing(state_.link.isupport, now).role == Role::moderator) {
      return effects_.done(id_);
    }
    const std::string letters = modes_towards(state_.link.isupport, now, wanted_letter(now));
    if (letters.empty()) return effects_.done(id_);
    std::vector<std::string_view> middles{room_.name, letters};
    middles.insert(middles.end(), letters.size() / 2, nick_);  // "+o": a sign and a letter for each
    open("MODE", 1);
    write("MODE", middles);
  }

  State& state_;
  Room& room_;
  chat::CommandId id_;
  const chat::SetStanding& wish_;
  Effects& effects_;
  std::string target_;
  NameId member_;
  bool here_ = false;
  std::string nick_;
  Evidence::Slot slot_ = Evidence::none;
};

}  // namespace

void set_standing(State& state, Room& room, chat::CommandId id, const chat::SetStanding& wish, Effects& effects) {
  StandingSetter{state, room, id, wish, effects}.run();
}

chat::StandingList standings_of(State& state, const Room& room, const chat::ListStandings& list) {
  chat::StandingList standings;
  for (const auto& member : room.members) {
    const chat::Standing standing = to_standing(state.link.isupport, member.value);
    if (list.role && standing.role != *list.role) continue;
    if (list.affiliation && standing.affiliation != *list.affiliation) continue;
    standings.entries.push_back({state.shared.names[member.name].text, {}, standing, {}});
  }
  return standings;
}

}  // namespace dragoman::backends::irc
