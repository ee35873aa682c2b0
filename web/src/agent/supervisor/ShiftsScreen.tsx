export default function ShiftsScreen(): JSX.Element {
  return <div />;
}
