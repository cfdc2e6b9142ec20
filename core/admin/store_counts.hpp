#pragma once

#include "net/loop.hpp"
#include "net/task.hpp"
#include "store/store.hpp"

namespace dragoman::admin {

/// The totals of all messages that were ever accepted, as of the last commit. Throws out of a task that is stopped.
net::Task<store::Reader::Counts> read_counts(net::Loop& loop, store::Store& store);

}  // namespace dragoman::admin
