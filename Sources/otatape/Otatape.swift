// The program: everything it does is in Commands.

import CMalloc
import Commands

@main
enum Otatape {
    static func main() async {
        // One heap for all threads: what one of them frees, the others use again, and memory stays within its bounds.
        // Few allocations are made where the threads are busy, so that they seldom wait for each other.
        mallopt(M_ARENA_MAX, 1)
        await Commands.run()
    }
}
