/**
 * The script of the first page: its filters, and the mark on an attestation that has expired. It reads the page and sets `hidden`;
 * it writes no text but a count and the word "expired", and makes no element.
 */
export const script = `
'use strict'
const at = (id) => document.getElementById(id)
const fields = ['role', 'profile', 'level', 'outcome', 'rule', 'name'].map(at)
const [role, profile, level, outcome, rule, name] = fields
const sections = [...document.querySelectorAll('section.role')].map((section) => {
  const grid = section.querySelector('.grid')
  const heads = [...grid.tHead.rows[0].cells].slice(1)
  const standings = [...section.querySelector('.standings').tBodies[0].rows]
  const rows = [...grid.querySelectorAll('tr[data-level]')].map((row) => ({ row, cells: [...row.cells].slice(1), text: row.cells[0].textContent.toLowerCase() }))
  const columns = heads.map((head, index) => ({ head, index, shown: true, standing: standings[index], profile: head.dataset.profile, text: (head.textContent + ' ' + standings[index].cells[0].textContent).toLowerCase() }))
  return { section, grid, rows, columns }
})

function wordsOf(field) {
  return field.value.toLowerCase().split(' ').filter((word) => word !== '')
}

function filter() {
  const [rules, names] = [wordsOf(rule), wordsOf(name)]
  let [shownRules, shownColumns] = [0, 0]
  for (const { section, grid, rows, columns } of sections) {
    const wanted = role.value === '' || section.dataset.role === role.value
    for (const column of columns) {
      const shown = (profile.value === '' || column.profile === profile.value) && names.every((word) => column.text.includes(word))
      if (shown === column.shown) continue
      column.shown = shown
      column.head.hidden = column.standing.hidden = !shown
      for (const { cells } of rows) cells[column.index].hidden = !shown
    }
    const visible = columns.filter(({ shown }) => shown)
    let count = 0
    for (const { row, cells, text } of rows) {
      const shown = (level.value === '' || row.dataset.level === level.value) && rules.every((word) => text.includes(word)) && (outcome.value === '' || visible.some(({ index }) => cells[index].className === outcome.value))
      row.hidden = !shown
      if (shown) count += 1
    }
    for (const body of grid.tBodies) body.hidden = !body.querySelector('tr[data-level]:not([hidden])')
    section.hidden = !wanted || visible.length === 0 || count === 0
    if (!section.hidden) {
      shownRules += count
      shownColumns += visible.length
    }
  }
  at('left').textContent = fields.every(({ value }) => value === '') ? '' : shownColumns + (shownColumns === 1 ? ' report × ' : ' reports × ') + shownRules + (shownRules === 1 ? ' rule' : ' rules')
}

for (const field of fields) field.addEventListener('input', filter)
at('clear').addEventListener('click', () => {
  for (const field of fields) field.value = ''
  filter()
})
for (const time of document.querySelectorAll('.until')) {
  if (Date.parse(time.dateTime) > Date.now()) continue
  time.classList.add('past')
  time.append(' expired')
}
at('filter').hidden = false
if (fields.some(({ value }) => value !== '')) filter()
`
