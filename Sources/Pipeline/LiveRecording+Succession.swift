// Recording goes on in another store: when, and what must be ready for that.

import Foundation
import Store
import Synchronization
import Traffic

/// What is known of the recording that follows.
struct Succession {
    /// What goes on, once that is decided.
    var successor: Successor?
    /// Whether it was found, without anybody having asked, that nothing can.
    var isImpossible = false
}

/// What goes on in a new store when a recording has ended.
struct Successor: Sendable {
    /// What is recorded; its interface captures already.
    var plan: RecordingPlan
    /// Where somebody moved the present store to; `nil` where it is still in its place.
    var movedTo: String?
    /// When the present store was begun.
    var begunAt: Timestamp
}

extension LiveRecording {
    /// Whether to end now and go on in a new store, since the present one is full; then everything is ready for it.
    ///
    /// - Throws: what the store throws, unless it may pass.
    public func isToBeSucceeded() throws -> Bool {
        guard let span = plan.span, !succession.withLock(\.isImpossible) else { return false }
        do {
            let isOver = try span.isOver(begun: begunAt, now: .now()) { try store.usedBytes() }
            guard isOver else { return false }
        } catch let error as StoreError where error.mayPass {
            return false
        }
        let isReady = isMoved ? reopen() : prepareSuccessor(movedTo: nil)
        if !isReady { succession.withLock { $0.isImpossible = true } }
        return isReady
    }

    /// Begins the next packet file, for programs that move files away; whether to end now and go on in a new store,
    /// since the store itself was moved.
    public func reopen() -> Bool {
        if isMoved {
            let isReady = identity?.path.map { prepareSuccessor(movedTo: $0) }
            if isReady == true { return true }
            if isReady == nil { note(.storeKept(Self.removal)) }
        }
        reopenPackets()
        return false
    }

    private static let removal =
        "its file was removed, or moved to another file system: what is recorded into it is lost"

    /// Throws when the store's file is gone: what would be taken from now on would be lost.
    func checkStoreIsThere() throws(RunError) {
        guard isMoved, identity?.path == nil else { return }
        throw RunError(
            .impossible,
            "The store '\(store.path)' is gone while it is recorded into: \(Self.removal). Record again: that begins a new one."
        )
    }

    /// Whether the store's file has another name now than that by which it was opened.
    private var isMoved: Bool { StoreIdentity(ofFileAt: store.path) != identity }

    /// Makes everything ready that the next recording needs while this one still runs; whether that was possible.
    ///
    /// A store that was moved gets its name back beside the new one, since SQLite looks for a store's log by that name.
    func prepareSuccessor(movedTo path: String?) -> Bool {
        if succession.withLock({ $0.successor != nil }) { return true }
        var next = plan
        do throws(RunError) {
            try next.prepareToFollow()
        } catch {
            note(.storeKept(error.message))
            return false
        }
        if let path, let reason = identity?.link(from: path, to: store.path) {
            note(.storeKept(reason))
            return false
        }
        let successor = Successor(plan: next, movedTo: path, begunAt: begunAt)
        succession.withLock { $0.successor = successor }
        return true
    }
}

extension RecordingPlan {
    /// Makes this the plan of a recording that begins when one with the same sources has ended.
    mutating func prepareToFollow() throws(RunError) {
        follows = .now()
        if let files = interface?.packetFiles, !files.isSeries,
            FileManager.default.fileExists(atPath: files.path)
        {
            throw RunError(
                .impossible,
                "the packets in \(files.path) would be overwritten; move that file away too, or give --file-size"
            )
        }
        // What comes between the two recordings waits in the kernel's ring.
        try interface?.reserve()
    }
}
