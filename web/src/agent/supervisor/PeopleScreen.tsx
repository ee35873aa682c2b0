export default function PeopleScreen(): JSX.Element {
  return <div />;
}
