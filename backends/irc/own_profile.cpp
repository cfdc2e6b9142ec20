#include "backends/irc/own_profile.hpp"

#include <string_view>
#include <utility>

#include "backends/irc/handlers.hpp"
#include "backends/irc/line_writer.hpp"
#include "backends/irc/nickname.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t longest_own_name = 100, longest_own_address = 400;

std::string name_for_people(const chat::Profile& profile) {
  const std::string& name = profile.nickname.empty() ? profile.full_name : profile.nickname;
  return single_line(text::cut(name, longest_own_name));
}

/// A link that is cut is none.
std::string address_for_people(const std::string& url) {
  const bool is_link = url.starts_with("https://") || url.starts_with("http://");
  return is_link && url.size() <= longest_own_address && single_line(url) == url ? url : std::string{};
}

Metadata metadata_of(const chat::Profile& profile) {
  return {{"avatar", address_for_people(profile.avatar_url)},
          {"display-name", name_for_people(profile)},
          {"homepage", address_for_people(profile.url)}};
}

/// False: it is what it was.
bool becomes_real_name(const std::string& name, Login& login) {
  if (name.empty() || login.realname_chosen || name == login.realname) return false;
  login.realname = name;
  return true;
}

/// draft/metadata-2: SET without a value takes the key away.
void say_metadata(State& state, std::string_view key, const std::string& value, Effects& effects) {
  const Sending how{.urgency = Urgency::background};
  if (value.empty()) {
    send(state, effects, how, "METADATA", {"*", "SET", key});
  } else {
    send(state, effects, how, "METADATA", {"*", "SET", key}, value);
  }
}

/// Wished, and no nickname: "José", who is Jose here.
std::string wish_that_is_no_nickname(const State& state) {
  const std::string wished = single_line(text::cut(state.login.nickname, longest_own_name));
  const std::size_t told = state.link.isupport->nick_length;
  const std::size_t most = told == 0 ? first_nick_length : told;
  return wished == legal_nickname(wished, state.login.owner, most) ? std::string{} : wished;
}

}  // namespace

std::string write_profile(const chat::Profile& profile) {
  std::string lines;
  for (const auto& [key, value] : metadata_of(profile)) {
    if (!value.empty()) lines.append(key).append(1, ' ').append(value).append(1, '\n');
  }
  return lines;
}

void read_profile(std::string_view kept, Login& login) {
  for (const std::string_view line : text::split(kept, '\n')) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos) continue;
    login.profile.change()[std::string{line.substr(0, space)}] = line.substr(space + 1);
  }
  const auto name = login.profile->find("display-name");
  if (name != login.profile->end()) becomes_real_name(name->second, login);
}

Metadata metadata_to_tell(const State& state) {
  Metadata all = *state.login.profile;
  std::string& name = all["display-name"];
  if (name.empty()) name = wish_that_is_no_nickname(state);
  // A name that is the nickname says nothing.
  if (name == state.link.nickname) name.clear();
  std::erase_if(all, [](const auto& entry) { return entry.second.empty(); });
  return all;
}

void set_profile(State& state, chat::CommandId id, const chat::SetProfile& wish, Effects& effects) {
  const Metadata before = metadata_to_tell(state);
  state.login.profile.change() = metadata_of(wish.profile);
  const bool another_name = becomes_real_name(state.login.profile->at("display-name"), state.login);
  if (state.stage != Stage::ready) return effects.done(id);
  if (state.link.caps.has(Cap::metadata)) {
    const Metadata now = metadata_to_tell(state);
    for (const auto& [key, value] : now) {
      const auto old = before.find(key);
      if (old == before.end() || old->second != value) say_metadata(state, key, value, effects);
    }
    for (const auto& [key, value] : before) {
      if (!now.contains(key)) say_metadata(state, key, {}, effects);
    }
  }
  if (!another_name || !state.link.caps.has(Cap::setname)) return effects.done(id);
  const auto slot = state.link.evidence.open({id, Concerns::command, Evidence::Answer::nothing, "SETNAME", {}, {}}, 1);
  state.link.evidence.set_deadline(slot, effects.now + answer_deadline);
  const auto sent = send(state, effects, {.slot = slot}, "SETNAME", {}, real_name(state));
  if (!sent) state.link.evidence.refuse(slot, sent.error().fault, sent.error().text, effects);
}

}  // namespace dragoman::backends::irc
