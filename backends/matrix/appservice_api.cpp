#include "backends/matrix/appservice_api.hpp"

#include <utility>

#include "backends/matrix/json.hpp"
#include "backends/matrix/paths.hpp"

namespace dragoman::backends::matrix {

namespace {

net::Task<Reply> ask_as_service(ServiceDesk desk, ServiceAccess access, std::string method, std::string path,
                                nlohmann::json body) {
  Question question;
  question.method = std::move(method);
  question.path = std::move(path);
  if (question.method != "GET") question.body = dump_json(body);
  question.token = access.as_token;
  co_return co_await ask(desk.http, desk.clock, access.homeserver, std::move(question));
}

std::string as_user(const std::string& user_id) { return "?user_id=" + percent_encode(user_id); }

}  // namespace

Error explain_service(const Refusal& refusal) {
  if (!refusal.wants_token()) return refusal.error;
  return {Fault::unavailable,
          "the homeserver does not know this gateway: its operator has to add the file that \"dragoman matrix "
          "registration\" writes to its configuration, and restart it"};
}

net::Task<Result<bool>> make_user(ServiceDesk desk, ServiceAccess access, std::string localpart) {
  nlohmann::json body;
  body["type"] = "m.login.application_service";
  body["username"] = localpart;
  body["inhibit_login"] = true;
  const Reply reply = co_await ask_as_service(desk, access, "POST", client_api + "/register", body);
  if (reply.ok) co_return true;
  if (reply.refusal.errcode == "M_USER_IN_USE") co_return false;
  co_return explain_service(reply.refusal);
}

net::Task<> name_user(ServiceDesk desk, ServiceAccess access, std::string user_id, std::string display_name) {
  nlohmann::json body;
  body["displayname"] = display_name;
  std::string path = client_api + "/profile/" + percent_encode(user_id) + "/displayname" + as_user(user_id);
  // Without a name of its own a user is called by the id: nothing else depends on it.
  co_await ask_as_service(desk, access, "PUT", std::move(path), body);
}

net::Task<bool> make_device(ServiceDesk desk, ServiceAccess access, std::string user_id, std::string device_id,
                            std::string display_name) {
  nlohmann::json body;
  body["display_name"] = display_name;
  std::string path = client_api + "/devices/" + percent_encode(device_id) + as_user(user_id);
  const Reply reply = co_await ask_as_service(desk, access, "PUT", std::move(path), body);
  co_return reply.ok;
}

net::Task<Result<std::string>> who_am_i(ServiceDesk desk, ServiceAccess access) {
  const Reply reply = co_await ask_as_service(desk, access, "GET", client_api + "/account/whoami", {});
  if (!reply.ok) co_return explain_service(reply.refusal);
  co_return text_at(reply.body, "user_id");
}

net::Task<Result<std::string>> make_portal(ServiceDesk desk, ServiceAccess access, std::string alias_localpart,
                                           std::string name) {
  nlohmann::json body;
  body["room_alias_name"] = alias_localpart;
  body["name"] = name;
  body["preset"] = "public_chat";
  const Reply reply = co_await ask_as_service(desk, access, "POST", client_api + "/createRoom", body);
  if (reply.ok) co_return text_at(reply.body, "room_id");
  if (reply.refusal.errcode == "M_ROOM_IN_USE") co_return failure(Fault::conflict, reply.refusal.error.text);
  co_return explain_service(reply.refusal);
}

net::Task<bool> remove_alias(ServiceDesk desk, ServiceAccess access, std::string alias) {
  std::string path = client_api + "/directory/room/" + percent_encode(alias);
  const Reply reply = co_await ask_as_service(desk, access, "DELETE", std::move(path), nlohmann::json::object());
  co_return reply.ok || reply.status == 404;
}

net::Task<> enter_room(ServiceDesk desk, ServiceAccess access, std::string room_id) {
  std::string path = client_api + "/join/" + percent_encode(room_id);
  co_await ask_as_service(desk, access, "POST", std::move(path), nlohmann::json::object());
}

net::Task<> say_notice(ServiceDesk desk, ServiceAccess access, std::string room_id, std::string key, std::string text,
                       std::string user_id) {
  nlohmann::json body;
  body["msgtype"] = "m.notice";
  body["body"] = text;
  body["m.mentions"] = nlohmann::json::object();
  const std::string as = user_id.empty() ? std::string{} : as_user(user_id);
  std::string question = room_path(room_id, "/state/m.room.encryption") + as;
  const Reply encrypted = co_await ask_as_service(desk, access, "GET", std::move(question), {});
  if (encrypted.status != 404) co_return;  // nothing is said in the clear there, or where that is not known
  std::string path = room_path(room_id, "/send/m.room.message/" + percent_encode(key)) + as;
  co_await ask_as_service(desk, access, "PUT", std::move(path), body);
}

net::Task<Pinged> ping_back(ServiceDesk desk, ServiceAccess access, std::string id, std::string transaction) {
  nlohmann::json body;
  body["transaction_id"] = transaction;
  std::string path = "/_matrix/client/v1/appservice/" + percent_encode(id) + "/ping";
  const Reply reply = co_await ask_as_service(desk, access, "POST", std::move(path), body);
  Pinged pinged;
  pinged.reached = reply.ok;
  pinged.unknown = reply.status == 404 || reply.status == 405;
  pinged.refused = reply.refusal.wants_token();
  pinged.duration_ms = number_at(reply.body, "duration_ms").value_or(0);
  pinged.error = explain_service(reply.refusal);
  co_return pinged;
}

}  // namespace dragoman::backends::matrix
