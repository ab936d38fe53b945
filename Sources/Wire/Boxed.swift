// A value on the heap with one owner.

import BasicContainers

/// A place for a large value beside its owner, so that owners which never need one stay small.
///
/// It cannot be copied, so that changing the value never copies it either.
struct Boxed<Value: Sendable>: ~Copyable, Sendable {
    private var storage = UniqueArray<Value>()

    /// Whether there is no value.
    var isEmpty: Bool { storage.isEmpty }

    /// The value, changed in place; there must be one.
    var value: Value {
        @inline(__always)
        _read { yield storage[0] }
        @inline(__always)
        _modify { yield &storage[0] }
    }

    /// Puts a value in place of what was there.
    mutating func fill(_ value: consuming Value) {
        storage = UniqueArray(minimumCapacity: 1)
        storage.append(value)
    }

    /// Drops the value.
    mutating func clear() { storage = UniqueArray() }
}
