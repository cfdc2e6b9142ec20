#pragma once

#include <memory>

namespace boost::asio {
class io_context;
}

namespace dragoman::net {

/// Which sockets have something to read, asked at most once a turn for all of them. Asio arms a descriptor anew after
/// each read, with a system call and an operation on the heap; here a socket is made known once (level-triggered,
/// epoll(7)), and Asio waits for one descriptor only: that of the set.
class Readiness {
 public:
  /// A socket that can be watched; its owner keeps the descriptor open as long as it is watched.
  class Watch {
   public:
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   protected:
    Watch() = default;
    virtual ~Watch();
    /// Calls on_ready() once, from the loop, as soon as a read would not block. False, with errno: it cannot be
    /// watched.
    bool await(Readiness& set, int descriptor);
    /// on_ready() is called no more. Before the descriptor is closed.
    void leave();
    bool awaits() const { return awaits_; }

   private:
    friend Readiness;
    /// There are bytes, an end or an error. The last thing that is done with the watch: it may be destroyed here.
    virtual void on_ready() = 0;
    void fire();

    Readiness* set_ = nullptr;  // where it is known
    int descriptor_ = -1;
    bool awaits_ = false;
  };

  /// Throws std::system_error when the system has no descriptor left: nothing works then.
  explicit Readiness(boost::asio::io_context& context);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  /// The end of a turn: from here on the loop wakes up for what is ready.
  void rearm();

 private:
  struct Inner;
  void look();

  std::unique_ptr<Inner> inner_;  // keeps Asio and epoll out of this header
};

}  // namespace dragoman::net
