#include "backends/muc/connection.hpp"

#include <utility>

#include "xmpp/namespaces.hpp"

namespace dragoman::backends::muc {

Connection::Connection(Shared& shared, Voice voice, xmpp::Link& link, Timers& timers, Gate& gate, Kept kept, Keep keep,
                       chat::Observer& observer)
    : session_(shared, std::move(voice), std::move(kept)),
      link_(link),
      timers_(timers),
      keep_(std::move(keep)),
      observer_(&observer),
      turn_(gate, [this] { deliver(); }),
      wake_(timers) {}

Connection::~Connection() {
  *alive_ = nullptr;
  if (claimed_) link_.unclaim(session_.voice().claimed);
}

void Connection::start() {
  if (std::exchange(claimed_, true)) return;
  link_.claim(
      session_.voice().claimed,
      [this](const xmpp::Element& stanza, const xmpp::Jid& from, const xmpp::Jid&) {
        Effects effects = begin();
        session_.on_stanza(stanza, from, effects);
        end(effects);
      },
      [this](bool up) {
        Effects effects = begin();
        session_.on_link(up, effects);
        end(effects);
      });
  Effects effects = begin();
  session_.start(link_.up(), effects);
  end(effects);
}

void Connection::perform(chat::CommandId id, const chat::Command& command) {
  Effects effects = begin();
  session_.perform(id, command, effects);
  end(effects);
}

void Connection::stop(const std::string& text) {
  Effects effects = begin();
  session_.stop(text, effects);
  observer_ = nullptr;
  wake_.clear();
  if (std::exchange(claimed_, false)) link_.unclaim(session_.voice().claimed);
}

Effects Connection::begin() { return {timers_.clock().now(), timers_.clock().utc(), link_, heard_}; }

void Connection::end(Effects& effects) {
  for (auto& [key, text] : effects.documents) keep_(key, text);
  for (Question& each : effects.questions) {
    link_.ask_for_any(std::move(each.iq), each.timeout, [alive = alive_, id = each.id](Result<xmpp::Element> answer) {
      if (*alive != nullptr) (*alive)->answered(id, answer);
    });
  }
  for (const QuestionId id : effects.barriers) {
    link_.barrier([alive = alive_, id] {
      if (*alive != nullptr) (*alive)->answered(id, xmpp::Element{});
    });
  }
  if (!heard_.empty()) turn_.arm();
  rearm();
}

void Connection::answered(QuestionId id, const Answer& answer) {
  Effects effects = begin();
  session_.on_answer(id, answer, effects);
  end(effects);
}

void Connection::deliver() {
  const Heard heard = std::exchange(heard_, {});
  const std::shared_ptr<Connection*> alive = alive_;  // an event may end this
  for (const chat::Event& event : heard.events) {
    if (*alive == nullptr || observer_ == nullptr) return;
    observer_->on_event(event);
  }
}

void Connection::rearm() {
  const auto due = session_.wake();
  if (due == armed_) return;
  armed_ = due;
  if (!due) return wake_.clear();
  wake_.set(*due, [this] {
    armed_.reset();
    Effects effects = begin();
    session_.on_wake(effects);
    end(effects);
  });
}

}  // namespace dragoman::backends::muc
