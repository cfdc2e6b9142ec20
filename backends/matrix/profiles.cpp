#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/media_store.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"

// Names and pictures: those of others, and our own.

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t most_picture = 64 * 1024;  // chat::Picture
constexpr int picture_sizes[] = {128, 96, 64};   // pixels, of thumbnails: the first one that is small enough

chat::Profile read_profile(const std::string& user, const nlohmann::json& body) {
  chat::Profile profile;
  const std::string name = text_at(body, "displayname");
  profile.nickname = clean_nickname(name, user);
  profile.full_name = clean_line(name);
  profile.account = user;
  profile.server = std::string{server_in(user)};
  profile.url = to_link(user);
  profile.picture = text_at(body, "avatar_url");
  return profile;
}

/// `old`: by the way of homeservers before version 1.11 of the specification, which want no token for it.
void ask_picture(State& state, chat::CommandId id, const std::string& media, std::size_t size, bool old,
                 Effects& effects) {
  const std::string pixels = std::to_string(picture_sizes[size]);
  Call call{"GET", (old ? "/_matrix/media/v3/thumbnail/" : "/_matrix/client/v1/media/thumbnail/") + media +
                       "?method=crop&animated=false&width=" + pixels + "&height=" + pixels};
  call.file = true;
  call.counted = false;
  state.calls.add(
      std::move(call),
      [id, media, size, old](State& now, const Answer& answer, Effects& then) {
        if (!old && answer.status == 404 && answer.errcode == "M_UNRECOGNIZED") {
          return ask_picture(now, id, media, size, true, then);
        }
        if (!answer.ok()) return fail_command(now, id, answer, then);
        if (answer.file.size() <= most_picture) return then.done(id, chat::Picture{answer.file});
        if (size + 1 < std::size(picture_sizes)) return ask_picture(now, id, media, size + 1, old, then);
        then.refused(id, Fault::too_long, "The picture is too large.");
      },
      effects);
}

std::string media_type_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG")) return "image/png";
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("GIF8")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP") return "image/webp";
  return "application/octet-stream";
}

void put_profile(State& state, chat::CommandId id, const char* field, const std::string& value, Effects& effects) {
  const nlohmann::json body = {{field, value}};
  state.calls.add({"PUT", client_api + "/profile/" + percent_encode(state.me.user_id) + '/' + field, dump_json(body)},
                  ends(id), effects);
}

/// The name in one room is part of being in it.
void set_nickname_in_room(State& state, chat::CommandId id, const chat::SetNickname& set, Effects& effects) {
  const Room* room = find_room(state, set.room);
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  nlohmann::json body = {{"membership", "join"}, {"displayname", set.nickname}};
  const Member* self = room->roster().find(room->self);
  const std::string& avatar = self == nullptr ? state.avatar : self->avatar;
  if (!avatar.empty()) body["avatar_url"] = avatar;
  Call call{"PUT", room_path(room->id, "/state/m.room.member/" + percent_encode(state.me.user_id)), dump_json(body)};
  call.lane = lane_of(room->id);
  state.calls.add(std::move(call), ends(id), effects);
}

}  // namespace

void get_profile(State& state, chat::CommandId id, const chat::GetProfile& get, Effects& effects) {
  const auto user = user_id_of(get.person);
  if (!user) return effects.refused(id, Fault::not_found, "There is nobody of this name on Matrix.");
  state.calls.add(
      {"GET", client_api + "/profile/" + percent_encode(*user)},
      [id, user = *user](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok()) return fail_command(now, id, answer, then);
        then.done(id, read_profile(user, answer.body));
      },
      effects);
}

void get_picture(State& state, chat::CommandId id, const chat::GetPicture& get, Effects& effects) {
  const std::string media = media_path(get.picture);
  if (media.empty()) return effects.refused(id, Fault::not_found, "There is no such picture.");
  ask_picture(state, id, media, 0, false, effects);
}

void set_picture(State& state, chat::CommandId id, const chat::SetPicture& set, Effects& effects) {
  if (set.bytes.empty()) return put_profile(state, id, "avatar_url", "", effects);
  Call call{"POST", "/_matrix/media/v3/upload?filename=avatar", set.bytes};
  call.kind = Call::Kind::once;
  call.media_type = media_type_of(set.bytes);
  state.calls.add(
      std::move(call),
      [id](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok()) return fail_command(now, id, answer, then);
        put_profile(now, id, "avatar_url", text_at(answer.body, "content_uri"), then);
      },
      effects);
}

void set_profile(State& state, chat::CommandId id, const chat::SetProfile& set, Effects& effects) {
  const std::string& name = set.profile.full_name.empty() ? set.profile.nickname : set.profile.full_name;
  if (name.empty()) return effects.done(id);  // Matrix has nothing else of a person
  put_profile(state, id, "displayname", name, effects);
}

void be_called(State& state, const std::string& name, Effects& effects) {
  Call call{"PUT", client_api + "/profile/" + percent_encode(state.me.user_id) + "/displayname",
            dump_json(nlohmann::json{{"displayname", name}})};
  call.counted = false;
  state.calls.add(
      std::move(call), [](State&, const Answer&, Effects&) {}, effects);
}

void set_nickname(State& state, chat::CommandId id, const chat::SetNickname& set, Effects& effects) {
  if (!set.room.empty()) return set_nickname_in_room(state, id, set, effects);
  put_profile(state, id, "displayname", set.nickname, effects);
}

void tell_profile(State& state, const std::string& user_id, Effects& effects) {
  const auto found = state.profiles.find(user_id);
  if (found != state.profiles.end()) effects.tell(chat::PersonChanged{person_id(user_id), found->second});
}

}  // namespace dragoman::backends::matrix
