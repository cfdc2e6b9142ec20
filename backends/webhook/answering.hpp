#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backends/webhook/courier.hpp"
#include "chat/command.hpp"

namespace dragoman::backends::webhook {

class Feed;
class Hub;
class Session;

/// What people say to one hook, on its way to the other side: the sender's command ends when that has taken it, and
/// what it answers is said where it was asked.
class Answering final : public Courier::Host {
 public:
  Answering(Hub& hub, Feed& feed);
  ~Answering();
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

  /// Begins, goes on with other settings, or ends, as the hook now has it.
  void follow(const Hook& hook);
  /// Ends; who waits hears why.
  void end(const std::string& text);
  /// The program ends: nobody hears anything.
  void stop();
  void tell(Session& session, chat::CommandId id, const chat::Conversation& conversation, const chat::Command& command);
  /// The session ends: nobody waits for what it has said, which is told all the same.
  void gone(const Session& session);
  const Health& health() const { return health_; }
  /// nullptr: nothing is sent.
  Courier* courier() { return courier_.get(); }
  /// Something else that the other side may want to hear: presence, who comes and goes.
  void happens(Happening::Type type, const Session& session, bool in_room, const std::string& text = {});
  /// The same of a room of another network, with all that is known of it.
  void happens(Happening happening);
  /// Sends an endpoint.ping for somebody; what comes of it is told to the hook's owner. Fault::not_allowed: it sends
  /// nothing.
  Result<void> ping(const std::string& asker);
  /// An answer, maybe a late one by the reply_url. False: nobody is there who could hear it.
  bool hear(const Happening& to, const std::vector<Reply>& replies);

  void on_delivered(const std::string& id) override;
  void on_returned(const QueueEffects::Returned& returned) override;
  void on_replies(const Happening& to, const std::vector<Reply>& replies) override { hear(to, replies); }
  void on_health(const Health& health) override;
  void on_notice(const std::string& text) override;
  void on_waiting(const Happening& about, bool waiting) override;
  void keep(const std::string& key, const std::string& text) override;
  std::string kept(const std::string& key) const override;

 private:
  struct Pending {
    Session* session = nullptr;
    chat::CommandId id{};
    chat::Command command{};  ///< for the others in the room
    Timestamp time{};
  };
  Happening frame_of(const Session& session, bool in_room) const;
  /// The emoji that they had at the message until now.
  std::vector<std::string> reactions_before(const Session& session, const chat::Command& command);
  void finish(const Pending& pending, const std::string& id);
  bool react(const Happening& to, const std::string& emoji);
  /// An answer to what was said in a room of another network.
  void say_elsewhere(const Happening& to, Posting posting, const Reply& reply);
  /// Those who hear what is answered to this: the room, or the person who has asked.
  std::vector<Session*> listeners(const Happening& to) const;

  Hub& hub_;
  Feed& feed_;
  std::unique_ptr<Courier> courier_;
  std::map<std::string, Pending> pending_;  // by the id of the (last) happening
  std::set<std::string> pings_;
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> reactions_;  // by person and message
  std::map<std::string, std::string> replied_;  // to which event, with which message: for replies that replace
  Health health_;
};

}  // namespace dragoman::backends::webhook
