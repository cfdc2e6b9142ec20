#include "backends/irc/standing.hpp"

#include <algorithm>

#include "backends/irc/address.hpp"
#include "backends/irc/bans.hpp"
#include "backends/irc/queries.hpp"
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
    if (here_) nick_ = state_.shared.names[member_].text;
    if (wish_.affiliation == Affiliation::outcast) return ban();
    if (here_) return wish_.role == Role::none ? kick() : rank();
    if (wish_.affiliation == Affiliation::none) return unban();
    if (wish_.affiliation && !wish_.mask.empty()) {
      return refuse(Fault::not_allowed, "IRC gives ranks to people in the channel only");
    }
    refuse(Fault::not_found, "nobody of this name is in the channel");
  }
  void take_bans_away(const BansAnswer& answer) {
    std::vector<std::string> masks;
    for (const chat::Ranked& entry : answer.standings.entries) {
      if (bans(state_, entry.mask, answer.unbanned))
        masks.push_back(encode_text(entry.mask, encoding_out(state_, room_.name)));
    }
    if (masks.empty()) return refuse(Fault::not_found, "no ban of this channel is for " + answer.unbanned);
    write_modes(std::string(masks.size(), 'b'), '-', masks);
  }

 private:
  Casemap casemap() const { return state_.link.isupport->casemap; }
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
  /// One letter and one parameter for each change, as many in a line as the server takes.
  void write_modes(std::string_view letters, char sign, std::span<const std::string> parameters) {
    const std::size_t most = std::clamp<std::size_t>(state_.link.isupport->modes_a_line, 1, 6);
    open("MODE", static_cast<std::uint32_t>((parameters.size() + most - 1) / most));
    for (std::size_t next = 0; next < parameters.size();) {
      std::string signs;
      std::vector<std::string_view> middles{room_.name, {}};
      for (std::size_t in_line = 0; in_line < most && next < parameters.size(); ++in_line, ++next) {
        if (signs.empty()) signs += sign;
        signs += letters[next];
        middles.push_back(parameters[next]);
      }
      middles[1] = signs;
      if (!write("MODE", middles)) return;
    }
  }
  std::string reason() const {
    const std::size_t most = state_.link.isupport->kick_length == 0 ? 200 : state_.link.isupport->kick_length;
    const std::string line = single_line(wish_.reason);
    return encode_text(text::cut(line, std::min<std::size_t>(most, 300)), encoding_out(state_, room_.name));
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
    std::string mask = encode_text(single_line(wish_.mask), encoding_out(state_, room_.name));
    if (mask.empty()) {
      if (const auto valid = check_nickname(wish_.nickname); !valid) {
        return refuse(valid.error().fault, valid.error().text);
      }
      mask = ban_mask(state_, here_ ? nick_ : wish_.nickname);
    }
    open("MODE", here_ ? 2 : 1);
    const std::string_view middles[] = {room_.name, "+b", mask};
    if (write("MODE", middles) && here_) write_kick();
  }
  void unban() {
    if (!wish_.mask.empty()) {
      const std::string masks[] = {encode_text(single_line(wish_.mask), encoding_out(state_, room_.name))};
      return write_modes("b", '-', masks);
    }
    if (const auto valid = check_nickname(wish_.nickname); !valid) {
      return refuse(valid.error().fault, valid.error().text);
    }
    const auto sent = send(state_, effects_, {.target = target_}, "MODE", {room_.name, "b"});
    if (!sent) return refuse(sent.error().fault, sent.error().text);
    ask_query(state_, id_, room_.name, BansAnswer{{}, wish_.nickname}, effects_);
  }
  bool is_above_operator() const {
    NameId self;
    if (!find_member(state_, room_, state_.link.nickname, self)) return false;
    const int op = prefix_of(*state_.link.isupport, 'o');
    return op > 0 && (room_.members.find(self)->prefixes & ((1U << op) - 1)) != 0;  // the strongest is bit 0
  }
  /// The letter that shall be the strongest one; 0: none.
  char wanted_letter(Rank now) const {
    const Isupport& isupport = *state_.link.isupport;
    if (wish_.affiliation) {
      switch (*wish_.affiliation) {
        case Affiliation::owner:
          return prefix_of(isupport, 'q') >= 0 ? 'q' : 'o';
        case Affiliation::admin:
          // Shown as admins are both; who is no more than an operator cannot make somebody more than that.
          return prefix_of(isupport, 'a') >= 0 && is_above_operator() ? 'a' : 'o';
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
        return has_voice || room_.has('m') ? 'v' : 0;
      case Role::visitor:
      case Role::none:
        return 0;
    }
    return 0;
  }
  void rank() {
    const Rank now = *room_.members.find(member_);
    const chat::Standing standing = standing_in(state_, room_, now);
    const bool is_already = wish_.affiliation ? standing.affiliation == *wish_.affiliation
                                              : wish_.role == Role::moderator && standing.role == Role::moderator;
    if (is_already && wish_.affiliation != Affiliation::none) return effects_.done(id_);
    const std::string letters = modes_towards(*state_.link.isupport, now, wanted_letter(now));
    if (letters.empty() && wish_.role == Role::visitor && !wish_.affiliation && !room_.has('m')) {
      return refuse(Fault::not_allowed, "everybody may speak in a channel that is not moderated");
    }
    if (letters.empty()) return effects_.done(id_);
    write_ranks(letters);
  }
  /// "-o+v" for one person.
  void write_ranks(std::string_view letters) {
    const std::size_t most = std::clamp<std::size_t>(state_.link.isupport->modes_a_line, 1, 6) * 2;  // sign and letter
    open("MODE", static_cast<std::uint32_t>((letters.size() + most - 1) / most));
    for (; !letters.empty(); letters.remove_prefix(std::min(most, letters.size()))) {
      const std::string_view line = letters.substr(0, most);
      std::vector<std::string_view> middles{room_.name, line};
      middles.insert(middles.end(), line.size() / 2, nick_);
      if (!write("MODE", middles)) return;
    }
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

void take_bans_away(State& state, Room& room, chat::CommandId id, const BansAnswer& answer, Effects& effects) {
  const chat::SetStanding wish{room.id, answer.unbanned, {}, {}, Affiliation::none, {}};
  StandingSetter{state, room, id, wish, effects}.take_bans_away(answer);
}

chat::StandingList standings_of(State& state, const Room& room, const chat::ListStandings& list) {
  chat::StandingList standings;
  for (const auto& member : room.members) {
    const chat::Standing standing = standing_in(state, room, member.value);
    if (list.role && standing.role != *list.role) continue;
    if (list.affiliation && standing.affiliation != *list.affiliation) continue;
    standings.entries.push_back({state.shared.names[member.name].text, {}, standing, {}});
  }
  return standings;
}

}  // namespace dragoman::backends::irc
