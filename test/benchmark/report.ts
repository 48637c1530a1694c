/** A ratio as a bar of twenty characters to the right of its goal: full is 1, the mark is the goal. */
export function bar(ratio: number, goal: number): string {
  const width = 20
  const filled = Math.min(width, Math.round(ratio * width))
  const cells = Array.from({ length: width }, (_, index): string => (index < filled ? '█' : '·'))
  cells.splice(Math.round(goal * width), 0, '|')
  return `${cells.join('')} ${ratio >= goal ? 'reached' : 'missed'} (${Number(goal.toFixed(2))})`
}
