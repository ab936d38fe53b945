// Takes a response body off the connection: hashed as it goes by, never whole in memory.

import AsyncHTTPClient
import Digests
import NIOCore
import NIOHTTP1
import Synchronization

/// The receiving end of one download.
///
/// It works on the connection's event loop and never pushes back. The library's body sequence does, and then drops
/// what has come but was not yet asked for when the connection is cut: a device would claim fewer bytes than it had.
/// What waits here for the device is only their number.
final class BodyIntake: HTTPClientResponseDelegate {
    /// How the response ended.
    enum End: Sendable {
        /// The body came to its end.
        case complete(HexDigests)
        /// The status was that of an error.
        case refused(HTTPResponseStatus)
        /// The library gave up, after the head or before any.
        case failed(any Error, head: HTTPResponseHead?)
    }

    private struct Refusal: Error {}

    private struct State {
        var head: HTTPResponseHead?
        var digests = BodyDigests()
        var byteCount = 0
        var end: End?
    }

    /// An element whenever bytes have come since the last one; ends with the response.
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    init() {
        // One signal is enough: the number of bytes is kept apart.
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How the response ended; `nil` before that.
    var end: End? { state.withLock(\.end) }

    /// The bytes that have come since the last call.
    func takeByteCount() -> Int {
        state.withLock { state in
            defer { state.byteCount = 0 }
            return state.byteCount
        }
    }
}

// MARK: - HTTPClientResponseDelegate

extension BodyIntake {
    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let isRefused = head.status.code >= 400
        state.withLock { state in
            state.head = head
            if isRefused { state.end = .refused(head.status) }
        }
        return isRefused
            ? task.eventLoop.makeFailedFuture(Refusal()) : task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        state.withLock { state in
            state.digests.receive(buffer.readableBytesSpan)
            state.byteCount += buffer.readableBytes
        }
        arrival.yield()
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        finish { .failed(error, head: $0.head) }
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {
        finish { .complete($0.digests.hex) }
    }

    private func finish(_ end: (borrowing State) -> End) {
        state.withLock { state in
            if state.end == nil { state.end = end(state) }
        }
        arrival.finish()
    }
}
