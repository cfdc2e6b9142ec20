#include "store/checkpoints.hpp"

namespace dragoman::store {

Checkpoints::Next Checkpoints::after_commit(int pages) {
  if (running_) return Next::nothing;
  if (pages < pages_) {  // the log has started over
    copied_ = 0;
    finish_at_ = finish_pages;
  }
  pages_ = pages;
  if (pages - copied_ >= bulk_pages) {
    running_ = true;
    return Next::bulk;
  }
  if (pages < finish_at_) return Next::nothing;
  // A long read may keep the log from being finished: not tried with every commit.
  finish_at_ = pages + bulk_pages;
  return Next::finish;
}

void Checkpoints::bulk_done(int copied) {
  copied_ = copied;
  running_ = false;
}

}  // namespace dragoman::store
