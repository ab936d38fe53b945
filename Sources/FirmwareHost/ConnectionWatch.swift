// Knows of one connection whether the client is still there and whether all that was written has left us.

import Foundation
import NIOCore
import Synchronization

/// Watches one connection for the response that runs on it.
///
/// It waits on behalf of one response at a time: until a due time, until the client leaves, or until the kernel
/// has taken every byte written. Each wait also ends when the task is cancelled.
final class ConnectionWatch: ChannelDuplexHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny
    typealias OutboundIn = NIOAny
    typealias OutboundOut = NIOAny

    /// How the client left.
    enum Departure: Hashable, Sendable {
        case closed
        case reset
    }

    private struct State {
        var departure: Departure?
        var pendingWrites = 0
        var hasFailedWrite = false
        var lastTimer = 0
        var lastDue = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// How the client left; `nil` while it is there.
    var departure: Departure? { state.withLock(\.departure) }

    /// Waits until `deadline`, or without end when it is `nil`.
    /// - Returns: whether the client is still there and the task not cancelled.
    func wait(until deadline: ContinuousClock.Instant?, on eventLoop: any EventLoop) async -> Bool {
        let delay = deadline.map { $0 - ContinuousClock.now }
        guard delay.map({ $0 > .zero }) ?? true else { return departure == nil && !Task.isCancelled }
        let timer = state.withLock { state in
            state.lastTimer += 1
            return state.lastTimer
        }
        let scheduled = delay.map { delay in
            eventLoop.scheduleTask(in: TimeAmount(delay)) {
                self.change { $0.lastDue = max($0.lastDue, timer) }
            }
        }
        await suspend { $0.departure != nil || $0.lastDue >= timer }
        scheduled?.cancel()
        // The event loop's clock may be a few microseconds ahead of ours.
        if let deadline, departure == nil { try? await Task.sleep(until: deadline, clock: .continuous) }
        return departure == nil && !Task.isCancelled
    }

    /// Waits until everything written so far is in the kernel's hands.
    /// - Returns: whether all of it got there.
    func drain(on eventLoop: any EventLoop) async -> Bool {
        // Writes reach the pipeline through the loop's queue: behind it all of them are counted.
        try? await eventLoop.submit {}.get()
        await suspend { $0.pendingWrites == 0 }
        return state.withLock { $0.pendingWrites == 0 && !$0.hasFailedWrite }
    }

    private func suspend(until isDone: @Sendable (borrowing State) -> Bool) async {
        await withTaskCancellationHandler {
            while !Task.isCancelled, !state.withLock({ isDone($0) }) {
                await withCheckedContinuation { continuation in
                    let isDone = state.withLock { state in
                        if Task.isCancelled || isDone(state) { return true }
                        state.waiter = continuation
                        return false
                    }
                    if isDone { continuation.resume() }
                }
            }
        } onCancel: {
            change { _ in }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            return state.waiter.take()
        }
        waiter?.resume()
    }
}

// MARK: - Channel events

extension ConnectionWatch {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        state.withLock { $0.pendingWrites += 1 }
        promise.futureResult.whenComplete { result in
            self.change { state in
                state.pendingWrites -= 1
                if case .failure = result { state.hasFailedWrite = true }
            }
        }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that will send nothing more is taken as gone: no OTA client half-closes and reads on.
        if let event = event as? ChannelEvent, event == .inputClosed { depart(.closed) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        depart((error as? IOError)?.errnoCode == ECONNRESET ? .reset : .closed)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        depart(.closed)
        context.fireChannelInactive()
    }

    private func depart(_ departure: Departure) {
        change { $0.departure = $0.departure ?? departure }
    }
}
