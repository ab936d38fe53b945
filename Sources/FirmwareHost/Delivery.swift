// Sends one planned response by its curve, and cuts it where the plan says so.

import HTTPTypes
import Hummingbird
import NIOCore
import Traffic

/// One response on its way to the client.
///
/// Every due time is absolute on the monotonic clock, counted from the response's first byte: a late segment does
/// not delay the next one.
struct Delivery: Sendable {
    /// Thrown to make the server close a connection in the middle of a body.
    struct Cut: Error {}

    /// Largest piece of a body that is read and written at once.
    static let segmentLimit: Int64 = 65_536

    let image: FirmwareImage
    let plan: ResponsePlan
    let curve: NetworkCurve
    let log: TransferLog
    let channel: any Channel
    let watch: ConnectionWatch
    let ledger: Ledger

    /// The response, after the delay of its head.
    func response(requestedAt: ContinuousClock.Instant) async throws -> Response {
        guard let status = plan.status else {
            _ = await watch.wait(until: nil, on: channel.eventLoop)
            throw await abandoned()
        }
        if curve.headDelay > .zero {
            let due = requestedAt + curve.headDelay
            guard await watch.wait(until: due, on: channel.eventLoop) else { throw await abandoned() }
            ledger.report(lateness: .now - due)
        }
        return Response(
            status: HTTPResponse.Status(code: status),
            headers: headers,
            body: ResponseBody(contentLength: nil) { writer in try await send(through: &writer) }
        )
    }

    /// Records an exchange without an answer and closes the connection, so that no error page can follow.
    private func abandoned() async -> any Error {
        ledger.report(log.transfer(watch.departure == .reset ? .reset : .truncated, at: .now))
        try? await channel.close().get()
        return OriginResponder.NoAnswer()
    }

    private var headers: HTTPFields {
        var headers = HTTPFields()
        for (name, value) in plan.fields {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        headers[.contentLength] = plan.contentLength.map(String.init)
        headers[.contentRange] = plan.contentRange
        if plan.status == 200 || plan.status == 206 { headers[.acceptRanges] = "bytes" }
        return headers
    }
}

// MARK: - Body

extension Delivery {
    // Off the caller's isolation, as the writer of the server is: `@concurrent`.
    @concurrent
    private func send(through writer: inout any ResponseBodyWriter) async throws {
        var log = log
        var end = Exchange.End.truncated
        defer { ledger.report(log.transfer(end, at: .now)) }
        do {
            try await sendSegments(through: &writer, log: &log)
            if plan.cutAfter != nil {
                end = try await cut()
                throw Cut()
            }
            try await writer.finish(nil)
            guard await watch.drain(on: channel.eventLoop) else { throw Cut() }
            end = .complete
        } catch {
            if watch.departure == .reset { end = .reset }
            throw error
        }
    }

    @concurrent
    private func sendSegments(through writer: inout any ResponseBodyWriter, log: inout TransferLog)
        async throws
    {
        let start = ContinuousClock.now
        log.respond(plan, at: start)
        var segments = Segments(points: curve.points, byteCount: plan.sentByteCount)
        while let segment = segments.next() {
            let due = start + curve.due(forBytes: segment.upperBound)
            if !curve.points.isEmpty {
                guard await watch.wait(until: due, on: channel.eventLoop) else { throw Cut() }
            }
            let first = plan.body.lowerBound + segment.lowerBound
            let bytes = try image.chunk(first..<first + Int64(segment.count))
            let now = ContinuousClock.now
            try await writer.write(ByteBuffer(bytes: bytes))
            log.send(bytes, at: now)
            if !curve.points.isEmpty { ledger.report(lateness: now - due) }
        }
    }

    /// Ends the connection as the plan says, once the client's side has what was sent.
    private func cut() async throws -> Exchange.End {
        guard await watch.drain(on: channel.eventLoop) else { return .truncated }
        switch plan.cut {
        case .close:
            return .truncated
        case .stall:
            _ = await watch.wait(until: nil, on: channel.eventLoop)
            return watch.departure == .reset ? .reset : .truncated
        case .reset:
            await channel.waitUntilAcknowledged()
            try await channel.reset()
            return .reset
        }
    }
}
