// How one request is answered, before any byte is sent.

import Testing
import Traffic

@testable import FirmwareHost

private func plan(
    method: String = "GET",
    range: String? = nil,
    curve: NetworkCurve = .unlimited,
    declared: Offering.DeclaredLength = .body,
    honoursRange: Bool = true
) -> ResponsePlan {
    let offering = Offering(
        path: "/fw.bin",
        image: .filler(seed: 1, byteCount: 1_000),
        declaredLength: declared,
        honoursRange: honoursRange
    )
    return ResponsePlan(method: method, range: range, offering: offering, curve: curve)
}

@Test func `sends the whole image with its length`() {
    let whole = plan()
    #expect(whole.status == 200 && whole.contentLength == 1_000 && whole.contentRange == nil)
    #expect(whole.body == 0..<1_000 && whole.cutAfter == nil && whole.sentByteCount == 1_000)
}

@Test func `answers a range with its bytes and its place`() {
    let part = plan(range: "bytes=400-")
    #expect(part.status == 206 && part.body == 400..<1_000)
    #expect(part.contentLength == 600 && part.contentRange == "bytes 400-999/1000")
}

@Test func `sends the whole image to a range when told not to honour it`() {
    let whole = plan(range: "bytes=400-", honoursRange: false)
    #expect(whole.status == 200 && whole.body == 0..<1_000 && whole.contentRange == nil)
}

@Test func `does not answer 206 where no range was asked for, even if the recording did`() {
    #expect(plan(curve: NetworkCurve(status: 206)).status == 200)
}

@Test func `refuses a range behind the end`() {
    let refused = plan(range: "bytes=1000-")
    #expect(refused.status == 416 && refused.contentRange == "bytes */1000")
    #expect(refused.body.isEmpty && refused.contentLength == 0)
}

@Test(arguments: [403, 404, 302, 503, 204])
func `answers other statuses without a byte of the image`(status: Int) {
    let empty = plan(range: "bytes=0-9", curve: NetworkCurve(status: status, cutAfter: 5))
    #expect(empty.status == status && empty.body.isEmpty && empty.contentLength == 0 && empty.cutAfter == nil)
}

@Test(arguments: [-1, 0, 100, 199, 600, .max])
func `turns a status that no response can have into 500`(status: Int) {
    #expect(plan(curve: NetworkCurve(status: status)).status == 500)
}

@Test func `never answers where the recording saw no answer`() {
    #expect(plan(curve: NetworkCurve(status: nil)).status == nil)
}

@Test func `cuts where the curve cuts, and declares the whole length all the same`() {
    let cut = plan(curve: NetworkCurve(cutAfter: 300, cut: .reset))
    #expect(
        cut.cutAfter == 300 && cut.cut == .reset && cut.contentLength == 1_000 && cut.sentByteCount == 300
    )
}

@Test func `counts the cut from the start of a range`() {
    #expect(plan(range: "bytes=900-", curve: NetworkCurve(cutAfter: 50)).sentByteCount == 50)
    #expect(plan(range: "bytes=900-", curve: NetworkCurve(cutAfter: 500)).cutAfter == nil)
}

@Test(arguments: [-1, .min] as [Int64])
func `cuts before the first byte where the cut lies below it`(cutAfter: Int64) {
    #expect(plan(curve: NetworkCurve(cutAfter: cutAfter)).sentByteCount == 0)
}

@Test func `closes behind the image when more was declared`() {
    let long = plan(declared: .bytes(2_000))
    #expect(long.contentLength == 2_000 && long.cutAfter == 1_000 && long.cut == .close)
}

@Test func `sends no more than was declared`() {
    let short = plan(declared: .bytes(10))
    #expect(short.contentLength == 10 && short.body == 0..<10 && short.cutAfter == nil)
    #expect(plan(declared: .bytes(-5)).body.isEmpty)
}

@Test func `declares nothing when told so`() {
    #expect(plan(declared: .absent).contentLength == nil)
}

@Test func `answers HEAD with the fields of GET and no body`() {
    let head = plan(method: "HEAD", curve: NetworkCurve(cutAfter: 5))
    #expect(
        head.status == 200 && head.contentLength == 1_000 && head.sentByteCount == 0 && head.cutAfter == nil
    )
}

@Test func `refuses other methods`() {
    #expect(plan(method: "POST").status == 405)
}
