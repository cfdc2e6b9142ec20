#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "backends/matrix/session.hpp"
#include "support/fixed_random.hpp"
#include "support/irc_events.hpp"
#include "support/manual_clock.hpp"

// The vocabulary of the tests of a Matrix session: who says what, in order. Each call is one turn of the loop.
//
//   MatrixScript matrix;
//   matrix.is_ready();
//   matrix.owner_asks(chat::JoinRoom{chat::RoomId{"#tea%hs.test"}, "alice", {}});
//   matrix.we_ask("GET /directory/room/#tea:hs.test");
//   matrix.homeserver_answers("GET /directory/room/#tea:hs.test", R"({"room_id": "!tea:hs.test"})");
//
// Requests are shown without "/_matrix/client/v3" and percent-decoded; the long poll is not among what we_ask() sees.

namespace dragoman::test {

class MatrixScript {
 public:
  static constexpr std::string_view alice = "@alice:hs.test";

  /// Something is gone when the gateway starts again: the session; what stays are the documents and the network's book.
  MatrixScript() { make_session(); }
  /// Another account of the same network, with its own owner.
  MatrixScript(MatrixScript& beside, std::string user)
      : user_(std::move(user)), shared_rooms_(beside.shared_rooms_), features_(beside.features_) {
    make_session();
  }

  /// The account is spoken for by an application service; `ghost`: nobody else uses it. Before it connects.
  void is_spoken_for(bool ghost) {
    pushed_ = true;
    ghost_ = ghost;
    make_session();
  }

  /// The owner does not want others to know what they have read. Before it connects.
  void keeps_its_reads_private() {
    reads_privately_ = true;
    make_session();
  }
  /// The owner is a bridge. Before it connects.
  void is_of_a_bridge() {
    is_bridge_ = true;
    make_session();
  }
  /// The owner's clients show no threads. Before it connects.
  void sees_threads_inline() {
    threads_inline_ = true;
    make_session();
  }
  /// The session has this machine for encrypted rooms. Before it connects.
  void encrypts_by(std::function<std::unique_ptr<backends::matrix::EncryptionMachine>()> make) {
    shared_.make_encryption = [make = std::move(make)](const backends::matrix::Identity&) { return make(); };
    make_session();
  }
  /// A user for whom a bridge speaks, who is to be called so. Before it connects.
  void is_a_voice(const std::string& wished_name) {
    wished_name_ = wished_name;
    is_spoken_for(true);
  }

  // -- what happens
  void connects() {
    connected_ = true;
    run([this](auto& effects) { session_->on_connected(homeserver, effects); });
    step();
  }
  /// Answers the oldest open request that is shown so, or begins so; there has to be one.
  void homeserver_answers(std::string_view request, std::string_view json = "{}", int status = 200) {
    homeserver_answers_with(request,
                            net::HttpResponse{status, {{"Content-Type", "application/json"}}, std::string{json}});
  }
  void homeserver_refuses(std::string_view request, int status, const std::string& errcode,
                          const std::string& text = "no") {
    homeserver_answers(request, nlohmann::json{{"errcode", errcode}, {"error", text}}.dump(), status);
  }
  void homeserver_answers_with(std::string_view request, net::HttpResponse response) {
    const auto open = find_open(request);
    ASSERT_TRUE(open) << "nobody has asked for " << request << "; open: " << testing::PrintToString(open_requests());
    returns(*open, {std::move(response), {}});
  }
  /// No answer came for it.
  void request_fails(std::string_view request, Fault fault = Fault::unavailable, const std::string& text = "no route") {
    const auto open = find_open(request);
    ASSERT_TRUE(open) << "nobody has asked for " << request << "; open: " << testing::PrintToString(open_requests());
    returns(*open, {std::nullopt, Error{fault, text}});
  }
  /// The answer of the long poll: next_batch is added.
  void syncs(std::string_view json = "{}") {
    nlohmann::json body = nlohmann::json::parse(json);
    body["next_batch"] = "s" + std::to_string(++batch_);
    homeserver_answers("GET /sync", body.dump());
  }
  /// A transaction of the application service, with events of one room.
  void homeserver_pushes(const std::string& room, const std::vector<std::string>& told) {
    std::vector<backends::matrix::Event> read;
    for (const std::string& each : told) {
      auto event = backends::matrix::read_event(nlohmann::json::parse(each));
      ASSERT_TRUE(event) << each;
      event->room = room;
      read.push_back(std::move(*event));
    }
    run([&](auto& effects) { session_->on_pushed(read, effects); });
    step();
  }
  /// A sync with one event in the timeline of a room that the account is in.
  void room_hears(const std::string& room, const std::string& event) {
    syncs(R"({"rooms": {"join": {")" + room + R"(": {"timeline": {"events": [)" + event + "]}}}}}");
  }
  chat::CommandId owner_asks(const chat::Command& command) {
    const chat::CommandId id{++last_command_};
    run([&](auto& effects) { session_->perform(id, command, effects); });
    step();
    return id;
  }
  void upload_ends(backends::matrix::CallId id, const Result<backends::matrix::Uploaded>& uploaded) {
    run([&](auto& effects) { session_->on_upload(id, uploaded, effects); });
    step();
  }
  void tokens_come(const std::optional<backends::matrix::Ending>& refused = {}) {
    run([&](auto& effects) { session_->on_tokens(refused, effects); });
    step();
  }
  void time_passes(Duration by) {
    const Instant end = clock.now() + by;
    for (int i = 0; i < 10'000; ++i) {
      const auto wake = session_->wake();
      if (!wake || *wake > end || ending) break;
      if (*wake > clock.now()) clock.advance(*wake - clock.now());
      run([this](auto& effects) { session_->on_wake(effects); });
    }
    if (end > clock.now()) clock.advance(end - clock.now());
    step();
  }
  /// The homeserver cannot be used any more; the driver has ended all requests.
  void drops(const backends::matrix::Ending& why = {Fault::unavailable, "connection reset", true}) {
    connected_ = false;
    ending.reset();
    open_.clear();
    std::optional<Instant> retry;
    if (why.again) retry = clock.now() + std::chrono::seconds{1};
    run([&](auto& effects) { session_->on_lost(why, retry, effects); });
    step();
  }
  /// The process ends and starts again; what was kept is there.
  void restarts() {
    connected_ = false;
    ending.reset();
    open_.clear();
    make_session();
    forget();
  }
  /// The session looks at what other accounts have brought; false: it has not asked for that.
  bool looks_at_shared() {
    if (!std::exchange(wants_input_, false)) return false;
    run([this](auto& effects) { session_->on_shared(effects); });
    step();
    return true;
  }
  void stops() {
    run([this](auto& effects) { session_->stop(effects); });
  }

  // -- what is expected, each time since the last look
  template <class... Requests>
  void we_ask(const Requests&... requests) {
    EXPECT_EQ(asked(), (std::vector<std::string>{std::string{requests}...}));
    step();
  }
  void we_ask_nothing() { EXPECT_EQ(asked(), std::vector<std::string>{}); }
  template <class... Descriptions>
  void owner_hears(const Descriptions&... descriptions) {
    EXPECT_EQ(heard(), (std::vector<std::string>{std::string{descriptions}...}));
    step();
  }
  void owner_hears_nothing() { EXPECT_EQ(heard(), std::vector<std::string>{}); }
  std::vector<std::string> asked() { return std::exchange(asked_, {}); }
  std::vector<std::string> heard() { return std::exchange(described_, {}); }
  /// The last events themselves.
  std::vector<chat::Event> events;
  /// The last event of this kind; there has to be one.
  template <class Event>
  const Event& last() const {
    for (auto each = events.rbegin(); each != events.rend(); ++each) {
      if (const auto* found = std::get_if<Event>(&*each)) return *found;
    }
    static const Event none{};
    ADD_FAILURE() << "no such event was heard";
    return none;
  }
  /// The body of an open request.
  nlohmann::json body_of(std::string_view request) const {
    const auto open = find_open(request);
    EXPECT_TRUE(open) << "nobody has asked for " << request << "; open: " << testing::PrintToString(open_requests());
    return open ? nlohmann::json::parse(open_.at(*open).body, nullptr, false) : nlohmann::json{};
  }
  /// The request itself, as it is sent.
  backends::matrix::Request request_of(std::string_view request) const {
    const auto open = find_open(request);
    EXPECT_TRUE(open) << "nobody has asked for " << request << "; open: " << testing::PrintToString(open_requests());
    return open ? open_.at(*open) : backends::matrix::Request{};
  }
  bool is_open(std::string_view request) const { return find_open(request).has_value(); }
  std::vector<std::string> open_requests() const {
    std::vector<std::string> shown;
    for (const auto& [id, request] : open_) shown.push_back(show(request));
    return shown;
  }

  // -- shorthand
  /// Connected, with an answer to the first sync, all of it forgotten.
  void is_ready(std::string_view first_sync = "{}") {
    connects();
    answer_introduction();
    syncs(first_sync);
    forget();
  }
  /// What a session asks before it is ready, beside /sync.
  void answer_introduction() {
    if (is_open("GET /versions")) homeserver_answers("GET /versions", versions);
    if (is_open("POST /user/")) homeserver_answers("POST /user/", R"({"filter_id": "f1"})");
    if (is_open("GET /profile/" + user_)) {
      std::string name = user_.substr(1, user_.find(':') - 1);
      name[0] = static_cast<char>(name[0] - 'a' + 'A');
      homeserver_answers("GET /profile/" + user_, R"({"displayname": ")" + name + "\"}");
    }
  }
  /// In a room that the account has joined and the owner enters, with these members (user id, name) and power levels,
  /// all of it forgotten. The room's id is "!NAME:hs.test", its address "#NAME%hs.test".
  void is_in(const std::string& name, const std::vector<std::pair<std::string, std::string>>& others = {},
             const std::string& levels = R"({"users": {"@alice:hs.test": 100}})") {
    const std::string id = "!" + name + ":hs.test", alias = "#" + name + ":hs.test";
    std::vector<std::string> state = {
        R"({"type": "m.room.create", "state_key": "", "sender": "@carol:hs.test", "event_id": "$create", "content": {"room_version": "11"}})",
        R"({"type": "m.room.join_rules", "state_key": "", "sender": "@carol:hs.test", "content": {"join_rule": "public"}})",
        R"({"type": "m.room.power_levels", "state_key": "", "sender": "@carol:hs.test", "content": )" + levels + "}",
        R"({"type": "m.room.canonical_alias", "state_key": "", "sender": "@carol:hs.test", "content": {"alias": ")" +
            alias + "\"}}"};
    syncs(R"({"rooms": {"join": {")" + id + R"(": {"summary": {"m.joined_member_count": )" +
          std::to_string(others.size() + 1) + R"(}, "state": {"events": [)" + joined_text(state) +
          R"(]}, "timeline": {"events": [], "prev_batch": "p0"}}}}})");
    if (is_open("GET /directory/room/" + alias)) {
      homeserver_answers("GET /directory/room/" + alias, R"({"room_id": ")" + id + "\"}");
    }
    owner_asks(chat::JoinRoom{chat::RoomId{"#" + name + "%hs.test"}, "alice", {}});
    std::vector<std::string> members = {member(alice, "Alice")};
    for (const auto& [user, shown] : others) members.push_back(member(user, shown));
    homeserver_answers("GET /rooms/" + id + "/members", R"({"chunk": [)" + joined_text(members) + "]}");
    forget();
  }
  /// A member event, with an id that no other one has.
  static std::string member(std::string_view user, std::string_view name, std::string_view membership = "join",
                            std::string_view sender = {}, std::string_view reason = {}) {
    static int last_id = 0;
    nlohmann::json event{{"type", "m.room.member"},
                         {"state_key", user},
                         {"sender", sender.empty() ? user : sender},
                         {"event_id", "$m" + std::to_string(++last_id)},
                         {"content", {{"membership", membership}}}};
    if (!name.empty()) event["content"]["displayname"] = name;
    if (!reason.empty()) event["content"]["reason"] = reason;
    return event.dump();
  }
  /// A message event of text.
  static std::string text(std::string_view user, std::string_view body, std::string_view id,
                          std::int64_t time = 1'763'629'200'000) {
    return nlohmann::json{{"type", "m.room.message"},
                          {"sender", user},
                          {"event_id", id},
                          {"origin_server_ts", time},
                          {"content", {{"msgtype", "m.text"}, {"body", body}}}}
        .dump();
  }
  static std::string joined_text(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& each : parts) (text += text.empty() ? "" : ", ") += each;
    return text;
  }
  void forget() {
    asked_.clear();
    described_.clear();
    events.clear();
  }

  std::string homeserver = "https://hs.test";
  std::string versions = R"({"versions": ["v1.11"]})";  ///< what it says of itself
  ManualClock clock;
  std::map<std::string, std::string> documents;       ///< what the session has kept
  std::vector<backends::matrix::Transfer> transfers;  ///< files that are to be uploaded
  std::optional<backends::matrix::Ending> ending;     ///< the session wants its homeserver given up
  unsigned refreshes = 0;                             ///< times that a new access token was asked for
  backends::matrix::Session& session() { return *session_; }
  backends::matrix::Shared& shared() { return shared_; }
  backends::matrix::RoomBook& book() { return book_; }
  const backends::matrix::SharedRooms& shared_rooms() const { return shared_rooms_; }
  Names& names() { return names_; }

  // -- for survives_a_drop_at_every_step
  struct Dropped {};
  std::size_t drop_at = 0;  ///< 0: never
  std::size_t steps() const { return steps_; }
  bool connected() const { return connected_; }
  const std::map<std::uint64_t, int>& endings() const { return endings_; }
  std::uint64_t commands() const { return last_command_; }
  const std::set<std::string>& rooms() const { return rooms_; }
  std::size_t event_count() const { return event_count_; }

 private:
  void make_session() {
    backends::matrix::Identity me{user_.substr(1, user_.find(':') - 1) + "@example.org", user_, "DRAGOMAN", pushed_,
                                  ghost_};
    me.reads_privately = reads_privately_;
    me.threads_inline = threads_inline_;
    me.is_bridge = is_bridge_;
    me.deaf = !wished_name_.empty();
    me.wished_name = wished_name_;
    session_ = std::make_unique<backends::matrix::Session>(
        shared_, std::move(me),
        [this](const std::string& key) {
          const auto found = documents.find(key);
          return found == documents.end() ? std::string{} : found->second;
        },
        [this] { wants_input_ = true; });
  }
  void step() {
    if (++steps_ == drop_at) throw Dropped{};
  }
  void returns(backends::matrix::CallId id, const backends::matrix::Returned& returned) {
    open_.erase(id);
    run([&](auto& effects) { session_->on_response(id, returned, effects); });
    step();
  }
  std::optional<backends::matrix::CallId> find_open(std::string_view request) const {
    for (const auto& [id, each] : open_) {
      if (show(each).starts_with(request)) return id;
    }
    return std::nullopt;
  }
  static std::string show(const backends::matrix::Request& request) {
    constexpr std::string_view usual = "/_matrix/client/v3", any = "/_matrix/client";
    std::string_view path = request.path;
    if (path.starts_with(usual)) {
      path.remove_prefix(usual.size());
    } else if (path.starts_with(any)) {
      path.remove_prefix(any.size());
    }
    std::string shown = request.method + ' ';
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (path[i] == '%' && i + 2 < path.size()) {
        shown += static_cast<char>(std::stoi(std::string{path.substr(i + 1, 2)}, nullptr, 16));
        i += 2;
      } else {
        shown += path[i];
      }
    }
    return shown;
  }
  template <class Input>
  void run(Input input) {
    backends::Heard heard;
    backends::matrix::Effects effects{clock.now(), clock.utc(), heard};
    input(effects);
    for (const auto& id : effects.abandoned) open_.erase(id);
    for (auto& request : effects.requests) {
      if (!show(request).starts_with("GET /sync")) asked_.push_back(show(request));
      open_[request.id] = std::move(request);
    }
    for (auto& transfer : effects.transfers) transfers.push_back(std::move(transfer));
    for (auto& [key, text] : effects.documents) documents[key] = text;
    if (effects.ending && !ending) ending = effects.ending;
    if (effects.refresh) ++refreshes;
    for (const chat::Event& event : heard.events) {
      // Follows every Ready.
      if (!std::holds_alternative<chat::CapabilitiesChanged>(event)) described_.push_back(describe(event, names_));
      count(event);
      events.push_back(event);
    }
  }
  void count(const chat::Event& event) {
    ++event_count_;
    if (const auto* done = std::get_if<chat::Done>(&event)) ++endings_[static_cast<std::uint64_t>(done->command)];
    if (const auto* failed = std::get_if<chat::Failed>(&event)) ++endings_[static_cast<std::uint64_t>(failed->command)];
    if (const auto* joined = std::get_if<chat::RoomJoined>(&event)) rooms_.insert(joined->room.text);
    if (const auto* left = std::get_if<chat::RoomLeft>(&event)) rooms_.erase(left->room.text);
  }

  std::string user_{alice};
  Names names_;
  FixedRandom random_;
  backends::matrix::SharedRooms own_rooms_;
  backends::matrix::SharedRooms& shared_rooms_ = own_rooms_;
  backends::matrix::FeatureBook own_features_;
  backends::matrix::FeatureBook& features_ = own_features_;
  std::map<std::string, std::string> book_kept_;
  backends::matrix::RoomBook book_{
      [this](const std::string& key) {
        const auto found = book_kept_.find(key);
        return found == book_kept_.end() ? std::string{} : found->second;
      },
      [this](const std::string& key, const std::string& value) { book_kept_[key] = value; }};
  backends::matrix::Shared shared_{names_,
                                   random_,
                                   book_,
                                   shared_rooms_,
                                   features_,
                                   [](std::string_view nick) { return std::string{nick}; },
                                   [](std::string_view identity) { return "id of " + std::string{identity}; },
                                   [](const std::string&, const chat::Attachment& file) {
                                     return "https://media.test/" + file.url.substr(std::string_view{"mxc://"}.size());
                                   },
                                   200,
                                   500,
                                   "dragoman test"};
  std::unique_ptr<backends::matrix::Session> session_;
  std::map<backends::matrix::CallId, backends::matrix::Request> open_;  // in the order in which they were made
  std::vector<std::string> asked_, described_;
  int batch_ = 0;
  std::uint64_t last_command_ = 0;
  std::map<std::uint64_t, int> endings_;
  std::set<std::string> rooms_;
  std::size_t event_count_ = 0;
  std::size_t steps_ = 0;
  bool connected_ = false, pushed_ = false, ghost_ = false, reads_privately_ = false, wants_input_ = false;
  bool threads_inline_ = false, is_bridge_ = false;
  std::string wished_name_;  // of a voice
};

}  // namespace dragoman::test
