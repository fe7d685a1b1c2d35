/** Watches the memory of this process: the highest resident size since `start`, in bytes, sampled every 100 ms. */
export function watchMemory(): { peak(): number; stop(): void } {
  let highest = process.memoryUsage.rss();
  const look = () => {
    highest = Math.max(highest, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 100);
  timer.unref();
  return {
    peak() {
      look();
      return highest;
    },
    stop() {
      clearInterval(timer);
    },
  };
}
